// The products with C, in each of the ways that the page shows, every one computed by itself.
const products = (() => {
  const { mapCount, imageCount, weightCount, mapPositions, imagePositions, taps } = geometry;
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
    matrix.forEach((row, i) =>
      row.forEach((value, j) => {
        result[transpose ? j : i] += value * vector[transpose ? i : j];
      }),
    );
    return result;
  }

  // An axis of the stretched input: stride − 1 zeros between the values, and at the edges as many as the kernel reaches. A place is
  // { at: the value's index, or −1 where a zero was put in; inside: whether it lies between the first and the last value }. The flipped
  // kernel starts at place i + start for pixel i of the output. Where the padding cuts more than the kernel reaches, places are never read.
  function stretchedAxis(axis) {
    const extent = (axis.kernel - 1) * axis.dilation + 1,
      last = (axis.map - 1) * axis.stride;
    const from = Math.min(axis.before - (extent - 1), 0),
      to = Math.max(axis.image - 1 + axis.before, last);
    const places = Array.from({ length: to - from + 1 }, (_, i) => {
      const place = i + from,
        inside = place >= 0 && place <= last;
      return { at: inside && place % axis.stride === 0 ? place / axis.stride : -1, inside };
    });
    return { places, start: axis.before - (extent - 1) - from };
  }

  const stretched = g => ({ rows: stretchedAxis(g.rows), columns: stretchedAxis(g.columns) });

  // Cᵀ · map, as a convolution with stride 1 of the stretched map with the flipped kernel.
  function gatherStretched(g, weight, map) {
    const { rows, columns } = stretched(g),
      image = zeros(imageCount(g));
    const plane = channel =>
      rows.places.map(({ at: r }) =>
        columns.places.map(({ at: c }) => (r < 0 || c < 0 ? 0 : map[channel * mapPositions(g) + r * g.columns.map + c])),
      );
    const planes = Array.from({ length: g.mapChannels }, (_, channel) => plane(channel));
    for (let kernel = 0; kernel < geometry.kernels(g); kernel++) {
      const { map: from, image: to } = geometry.between(g, kernel);
      const flipped = weight.slice(kernel * taps(g), (kernel + 1) * taps(g)).reverse();
      for (let pixel = 0; pixel < imagePositions(g); pixel++) {
        const top = Math.floor(pixel / g.columns.image) + rows.start,
          left = (pixel % g.columns.image) + columns.start;
        for (let tap = 0; tap < taps(g); tap++) {
          const r = top + Math.floor(tap / g.columns.kernel) * g.rows.dilation,
            c = left + (tap % g.columns.kernel) * g.columns.dilation;
          image[to * imagePositions(g) + pixel] += flipped[tap] * planes[from][r][c];
        }
      }
    }
    return image;
  }

  return { apply, applyTransposed, weightGradient, matrixOf, multiply, stretched, gatherStretched };
})();
