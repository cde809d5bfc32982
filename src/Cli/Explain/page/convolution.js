"use strict";

// The arithmetic of the page, and nothing else: no document, no colours. MiniGan's tests run this very text against the library.
//
// Settings: { transposed, input: [h, w], kernel, stride, dilation, outputPadding: [h, w] each,
//             padding: { kind: "valid" | "same" | "explicit", top, left, bottom, right }, inputChannels, outputChannels }
// The image is the large side, the map the small one. Arrays of numbers are row-major: x and y [channels, h, w], w [mapC, imageC, kh, kw].
const convolution = (() => {
  const refuse = message => { throw new RangeError(message); };

  const atLeast = (minimum, value, name) => {
    if (!Number.isInteger(value)) refuse(`The ${name} must be a whole number.`);
    if (value < minimum) refuse(`The ${name} must be at least ${minimum}, but is ${value}.`);
  };

  // One axis. Step i of the kernel lays tap t onto pixel i·stride + t·dilation − before of the image; everything else follows from this line.
  function axisOf(settings, name, i) {
    const { transposed, padding } = settings;
    const n = settings.input[i], kernel = settings.kernel[i], stride = settings.stride[i], dilation = settings.dilation[i];
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
    if (extra > 0 && !explicit) refuse(`Output padding goes with padding as numbers: '${padding.kind}' settles the output's size by itself.`);
    if (extra > 0 && extra >= Math.max(stride, dilation)) refuse(`The output padding must be smaller than the stride or the dilation, but is ${extra}.`);

    const extent = (kernel - 1) * dilation + 1;
    let image = n, map = n;
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

  function geometryOf(settings) {
    atLeast(1, settings.inputChannels, "input's channels");
    atLeast(1, settings.outputChannels, "output's channels");
    const { transposed, inputChannels, outputChannels } = settings;
    return {
      rows: axisOf(settings, "height", 0),
      columns: axisOf(settings, "width", 1),
      mapChannels: transposed ? inputChannels : outputChannels,
      imageChannels: transposed ? outputChannels : inputChannels,
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
  const weightCount = g => g.mapChannels * g.imageChannels * taps(g);

  // The places of C that a tap fills, row by row: { row: element of the map, column: element of the image, weight, tap }.
  function entriesOf(g) {
    const entries = [];
    for (let row = 0; row < mapCount(g); row++) {
      const channel = Math.floor(row / mapPositions(g)), position = row % mapPositions(g);
      for (let c = 0; c < g.imageChannels; c++) {
        for (let tap = 0; tap < taps(g); tap++) {
          const y = pixelAt(g.rows, Math.floor(position / g.columns.map), Math.floor(tap / g.columns.kernel));
          const x = pixelAt(g.columns, position % g.columns.map, tap % g.columns.kernel);
          if (y >= 0 && x >= 0) {
            entries.push({ row, column: (c * g.rows.image + y) * g.columns.image + x, weight: (channel * g.imageChannels + c) * taps(g) + tap, tap });
          }
        }
      }
    }
    return entries;
  }

  const zeros = count => new Array(count).fill(0);

  // map = C · image
  function apply(g, entries, weight, image) {
    const map = zeros(mapCount(g));
    for (const e of entries) map[e.row] += weight[e.weight] * image[e.column];
    return map;
  }

  // image = Cᵀ · map
  function applyTransposed(g, entries, weight, map) {
    const image = zeros(imageCount(g));
    for (const e of entries) image[e.column] += weight[e.weight] * map[e.row];
    return image;
  }

  // dW = Σ map ⊗ image
  function weightGradient(g, entries, image, map) {
    const gradient = zeros(weightCount(g));
    for (const e of entries) gradient[e.weight] += map[e.row] * image[e.column];
    return gradient;
  }

  // C itself, as an array of rows.
  function matrixOf(g, entries, weight) {
    const matrix = Array.from({ length: mapCount(g) }, () => zeros(imageCount(g)));
    for (const e of entries) matrix[e.row][e.column] = weight[e.weight];
    return matrix;
  }

  // matrix · vector, or its transpose · vector.
  function multiply(matrix, vector, transpose) {
    const result = zeros(transpose ? matrix[0].length : matrix.length);
    matrix.forEach((row, i) => row.forEach((value, j) => { result[transpose ? j : i] += value * vector[transpose ? i : j]; }));
    return result;
  }

  // How many taps reach each pixel of the image, and onto each phase of the stride how many of the kernel's rows or columns fall.
  function overlapOf(g) {
    const along = axis => {
      const counts = zeros(axis.image), phases = zeros(axis.stride);
      for (let tap = 0; tap < axis.kernel; tap++) {
        phases[(tap * axis.dilation) % axis.stride]++;
        for (let step = 0; step < axis.map; step++) {
          const pixel = pixelAt(axis, step, tap);
          if (pixel >= 0) counts[pixel]++;
        }
      }
      return { counts, phases };
    };
    const rows = along(g.rows), columns = along(g.columns);
    const alike = phases => phases.every(count => count === phases[0]);
    return {
      counts: rows.counts.flatMap(row => columns.counts.map(column => row * column)),
      rowPhases: rows.phases,
      columnPhases: columns.phases,
      even: alike(rows.phases) && alike(columns.phases),
    };
  }

  // The formula of the output's size with the numbers put in, line by line; one set where both axes are alike.
  function sizeFormula(settings, g) {
    const halves = total => `${Math.floor(total / 2)} before, ${total - Math.floor(total / 2)} after`;
    const lines = (axis, before, after, extra) => {
      const { kernel: k, stride: s, dilation: d } = axis;
      const [n, o] = settings.transposed ? [axis.map, axis.image] : [axis.image, axis.map];
      const e = (k - 1) * d + 1, reach = (axis.map - 1) * s + e;
      const extent = `e = (k − 1)·d + 1 = (${k} − 1)·${d} + 1 = ${e}, the kernel's extent`;
      if (settings.transposed) {
        switch (settings.padding.kind) {
          case "valid":
            return [`out = (n − 1)·s + max(e, s) = (${n} − 1)·${s} + max(${e}, ${s}) = ${o}`, extent];
          case "same": {
            const cut = Math.max(reach - o, 0);
            return [`out = n·s = ${n}·${s} = ${o}`, `cut = max((n − 1)·s + e − out, 0) = max((${n} − 1)·${s} + ${e} − ${o}, 0) = ${cut}: ${halves(cut)}`, extent];
          }
          default:
            return [`out = (n − 1)·s + e − before − after + output padding = (${n} − 1)·${s} + ${e} − ${before} − ${after} + ${extra} = ${o}`, extent];
        }
      }
      switch (settings.padding.kind) {
        case "valid":
          return [`out = ⌊(n − e) / s⌋ + 1 = ⌊(${n} − ${e}) / ${s}⌋ + 1 = ${o}`, extent];
        case "same": {
          const added = Math.max(reach - n, 0);
          return [`out = ⌈n / s⌉ = ⌈${n} / ${s}⌉ = ${o}`, `zeros = max((out − 1)·s + e − n, 0) = max((${o} − 1)·${s} + ${e} − ${n}, 0) = ${added}: ${halves(added)}`, extent];
        }
        default:
          return [`out = ⌊(n + before + after − e) / s⌋ + 1 = ⌊(${n} + ${before} + ${after} − ${e}) / ${s}⌋ + 1 = ${o}`, extent];
      }
    };
    const p = settings.padding, labelled = (label, [first, ...rest]) => [`${label}: ${first}`, ...rest.map(line => `  ${line}`)];
    const rows = lines(g.rows, p.top, p.bottom, settings.outputPadding[0]), columns = lines(g.columns, p.left, p.right, settings.outputPadding[1]);
    return rows.join("\n") === columns.join("\n")
      ? labelled("height and width", rows)
      : [...labelled("height", rows), ...labelled("width", columns)];
  }

  // A number as the command line writes it (Numerals.Format): whole ones as they are; of others and of very large ones the five digits that count most.
  function format(value) {
    if (value === 0) return "0";
    if (Number.isInteger(value) && Math.abs(value) < 1e7) return String(value);
    // .NET rounds what lies halfway to the even digit, JavaScript away from zero: what is halfway is cut instead.
    const exact = value.toExponential(60), isCut = /^-?\d\.\d{3}[02468]50*e/.test(exact);
    const [digits, power] = (isCut ? exact.replace(/(\.\d{4})\d*/, "$1") : value.toExponential(4)).split("e"), exponent = Number(power);
    return exponent > -5 && exponent < 5
      ? String(Number(`${digits}e${power}`))
      : `${Number(digits)}E${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
  }

  // Whether two ways of computing the same numbers agree, as far as float32 can tell (Agreement.Of): in proportion to the sum of |terms| behind each.
  const TOLERANCE = 1e-5, SMALLEST_NORMAL = 1.17549435e-38;
  const agree = (a, b, magnitude) => a.length === b.length && a.every((value, i) => Math.abs(value - b[i]) <= TOLERANCE * magnitude[i] + SMALLEST_NORMAL);

  // Whether float32 can hold a number.
  const fits = value => Number.isFinite(Math.fround(value));

  // The sums of |terms| behind y, dx and dw.
  const magnitudes = (settings, x, w, dy) => work(settings, x.map(Math.abs), w.map(Math.abs), dy.map(Math.abs));

  // Everything that the page shows of a setting and its numbers. dy may be left out: then nothing is said of the gradients.
  function explain(settings, x, w, dy) {
    const result = work(settings, x, w, dy);
    for (const values of [x, w, dy ?? [], result.y, result.dx ?? [], result.dw ?? []]) {
      if (!values.every(fits)) refuse("The numbers or sums of their products are larger than float32 can hold. Use smaller numbers.");
    }
    return result;
  }

  function work(settings, x, w, dy) {
    const g = geometryOf(settings), entries = entriesOf(g), { transposed } = settings;
    const inputCount = transposed ? mapCount(g) : imageCount(g), outputCount = transposed ? imageCount(g) : mapCount(g);
    const expect = (values, count, name) => {
      if (values.length !== count) refuse(`${name} must have ${count} numbers, but has ${values.length}.`);
    };
    expect(x, inputCount, "x");
    expect(w, weightCount(g), "w");
    const result = {
      geometry: g,
      entries,
      outputSize: transposed ? [g.rows.image, g.columns.image] : [g.rows.map, g.columns.map],
      y: transposed ? applyTransposed(g, entries, w, x) : apply(g, entries, w, x),
      overlap: overlapOf(g),
      formula: sizeFormula(settings, g),
    };
    if (dy) {
      expect(dy, outputCount, "dy");
      result.dx = transposed ? apply(g, entries, w, dy) : applyTransposed(g, entries, w, dy);
      result.dw = transposed ? weightGradient(g, entries, dy, x) : weightGradient(g, entries, x, dy);
    }
    return result;
  }

  return { explain, magnitudes, format, agree, fits, geometryOf, entriesOf, matrixOf, multiply, overlapOf, sizeFormula, mapCount, imageCount, weightCount, mapPositions, imagePositions, taps };
})();
