// Where the non-zeros of C are, and nothing else: no numbers, no document. MiniGan's tests run this very text against the library.
//
// Settings: { transposed, input: [h, w], kernel, stride, dilation, outputPadding: [h, w] each,
//             padding: { kind: "valid" | "same" | "explicit", top, left, bottom, right }, inputChannels, outputChannels, groups }
// The image is the large side, the map the small one. Arrays of numbers are row-major: x and y [channels, h, w], w [mapC, imageC / groups,
// kh, kw].
const geometry = (() => {
  const refuse = message => {
    throw new RangeError(message);
  };

  const atLeast = (minimum, value, name) => {
    if (!Number.isInteger(value)) refuse(`The ${name} must be a whole number.`);
    if (value < minimum) refuse(`The ${name} must be at least ${minimum}, but is ${value}.`);
  };

  // One axis. Step i of the kernel lays tap t onto pixel i·stride + t·dilation − before of the image; everything else follows from this.
  function axisOf(settings, name, i) {
    const { transposed, padding } = settings;
    const n = settings.input[i],
      kernel = settings.kernel[i],
      stride = settings.stride[i],
      dilation = settings.dilation[i];
    const extra = settings.outputPadding[i];
    const explicit = padding.kind === "explicit";
    let before = explicit ? (i === 0 ? padding.top : padding.left) : 0;
    const after = explicit ? (i === 0 ? padding.bottom : padding.right) : 0;
    atLeast(1, n, `input's ${name}`);
    atLeast(1, kernel, `kernel's ${name}`);
    atLeast(1, stride, `stride (${name})`);
    atLeast(1, dilation, `dilation (${name})`);
    atLeast(0, extra, `output padding (${name})`);
    atLeast(0, before, `padding before (${name})`);
    atLeast(0, after, `padding after (${name})`);
    if (extra > 0 && !transposed) refuse("Output padding belongs to transposed convolutions; leave it 0 for a convolution.");
    if (extra > 0 && !explicit)
      refuse(`Output padding goes with padding as numbers: '${padding.kind}' settles the output's size by itself.`);
    if (extra > 0 && extra >= Math.max(stride, dilation))
      refuse(`The output padding must be smaller than the stride or the dilation, but is ${extra}.`);

    const extent = (kernel - 1) * dilation + 1;
    let image = n,
      map = n;
    if (!transposed) {
      if (padding.kind === "same") {
        map = Math.ceil(n / stride);
        before = Math.floor(Math.max((map - 1) * stride + extent - n, 0) / 2);
      } else {
        if (n + before + after < extent) {
          refuse(`The kernel does not fit: its ${name} spans ${extent} pixels, but the padded input has ${n + before + after}.`);
        }
        map = Math.floor((n + before + after - extent) / stride) + 1;
      }
    } else {
      const reached = (n - 1) * stride + extent;
      if (padding.kind === "same") {
        image = n * stride;
        before = Math.floor(Math.max(reached - image, 0) / 2);
      } else if (padding.kind === "valid") {
        image = (n - 1) * stride + Math.max(extent, stride);
      } else {
        image = reached - before - after + extra;
        if (image < 1) refuse(`The output's ${name} would be ${image}. Use less padding or a larger kernel.`);
      }
    }
    return { image, map, kernel, stride, dilation, before };
  }

  function of(settings) {
    const { transposed, inputChannels, outputChannels, groups } = settings;
    atLeast(1, inputChannels, "input's channels");
    atLeast(1, outputChannels, "output's channels");
    atLeast(1, groups, "groups");
    if (inputChannels % groups !== 0 || outputChannels % groups !== 0) {
      refuse(`The channels, ${inputChannels} → ${outputChannels}, must be multiples of the groups, ${groups}.`);
    }
    return {
      rows: axisOf(settings, "height", 0),
      columns: axisOf(settings, "width", 1),
      mapChannels: transposed ? inputChannels : outputChannels,
      imageChannels: transposed ? outputChannels : inputChannels,
      groups,
    };
  }

  const pixelAt = (axis, step, tap) => {
    const pixel = step * axis.stride + tap * axis.dilation - axis.before;
    return pixel >= 0 && pixel < axis.image ? pixel : -1;
  };

  const mapPositions = g => g.rows.map * g.columns.map;
  const imagePositions = g => g.rows.image * g.columns.image;
  const taps = g => g.rows.kernel * g.columns.kernel;
  const mapCount = g => g.mapChannels * mapPositions(g);
  const imageCount = g => g.imageChannels * imagePositions(g);
  // Channels of the image that a channel of the map meets, each with a kernel of its own.
  const depth = g => g.imageChannels / g.groups;
  const kernels = g => g.mapChannels * depth(g);
  const weightCount = g => kernels(g) * taps(g);

  // The channels of the map and the image that a kernel lies between.
  function between(g, kernel) {
    const map = Math.floor(kernel / depth(g));
    return { map, image: Math.floor(map / (g.mapChannels / g.groups)) * depth(g) + (kernel % depth(g)) };
  }

  // The places of C that a tap fills, row by row: { row: element of the map, column: element of the image, weight, tap }.
  function entries(g) {
    const result = [];
    for (let row = 0; row < mapCount(g); row++) {
      const channel = Math.floor(row / mapPositions(g)),
        position = row % mapPositions(g);
      for (let kernel = channel * depth(g); kernel < (channel + 1) * depth(g); kernel++) {
        const first = between(g, kernel).image * imagePositions(g);
        for (let tap = 0; tap < taps(g); tap++) {
          const y = pixelAt(g.rows, Math.floor(position / g.columns.map), Math.floor(tap / g.columns.kernel));
          const x = pixelAt(g.columns, position % g.columns.map, tap % g.columns.kernel);
          if (y >= 0 && x >= 0) result.push({ row, column: first + y * g.columns.image + x, weight: kernel * taps(g) + tap, tap });
        }
      }
    }
    return result;
  }

  // How many taps reach each pixel of the image, and onto each phase of the stride how many of the kernel's rows or columns fall.
  function overlap(g) {
    const along = axis => {
      const counts = new Array(axis.image).fill(0),
        phases = new Array(axis.stride).fill(0);
      for (let tap = 0; tap < axis.kernel; tap++) {
        phases[(tap * axis.dilation) % axis.stride]++;
        for (let step = 0; step < axis.map; step++) {
          const pixel = pixelAt(axis, step, tap);
          if (pixel >= 0) counts[pixel]++;
        }
      }
      return { counts, phases };
    };
    const rows = along(g.rows),
      columns = along(g.columns);
    const alike = phases => phases.every(count => count === phases[0]);
    return {
      counts: rows.counts.flatMap(row => columns.counts.map(column => row * column)),
      rowPhases: rows.phases,
      columnPhases: columns.phases,
      even: alike(rows.phases) && alike(columns.phases),
    };
  }

  return {
    refuse,
    of,
    pixelAt,
    entries,
    overlap,
    between,
    depth,
    kernels,
    taps,
    mapPositions,
    imagePositions,
    mapCount,
    imageCount,
    weightCount,
  };
})();
