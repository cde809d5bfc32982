// Everything that the page shows of a setting and its numbers.
const worked = (() => {
  // dy may be left out: then nothing is said of the gradients.
  function explain(settings, x, w, dy) {
    const result = work(settings, x, w, dy);
    for (const values of [x, w, dy ?? [], result.y, result.dx ?? [], result.dw ?? []]) {
      if (!values.every(numerals.fits)) {
        geometry.refuse("The numbers or sums of their products are larger than float32 can hold. Use smaller numbers.");
      }
    }
    return result;
  }

  // The sums of |terms| behind y, dx and dw.
  const magnitudes = (settings, x, w, dy) => work(settings, x.map(Math.abs), w.map(Math.abs), dy.map(Math.abs));

  function work(settings, x, w, dy) {
    const { apply, applyTransposed, weightGradient } = products,
      { transposed } = settings;
    const g = geometry.of(settings),
      entries = geometry.entries(g),
      maps = geometry.mapCount(g),
      images = geometry.imageCount(g);
    const expect = (values, count, name) => {
      if (values.length !== count) geometry.refuse(`${name} must have ${count} numbers, but has ${values.length}.`);
    };
    expect(x, transposed ? maps : images, "x");
    expect(w, geometry.weightCount(g), "w");
    const result = {
      geometry: g,
      entries,
      outputSize: transposed ? [g.rows.image, g.columns.image] : [g.rows.map, g.columns.map],
      y: transposed ? applyTransposed(g, entries, w, x) : apply(g, entries, w, x),
      overlap: geometry.overlap(g),
      formula: sizes.of(settings, g),
    };
    if (dy) {
      expect(dy, transposed ? images : maps, "dy");
      result.dx = transposed ? apply(g, entries, w, dy) : applyTransposed(g, entries, w, dy);
      result.dw = transposed ? weightGradient(g, entries, dy, x) : weightGradient(g, entries, x, dy);
    }
    return result;
  }

  // The ways to y, each by its own arithmetic: [name, values].
  function ways(settings, g, entries, x, w) {
    const matrix = products.matrixOf(g, entries, w);
    return settings.transposed
      ? [
          ["scatter", products.applyTransposed(g, entries, w, x)],
          ["stretched input", products.gatherStretched(g, w, x)],
          ["Cᵀ · x", products.multiply(matrix, x, true)],
        ]
      : [
          ["gather", products.apply(g, entries, w, x)],
          ["C · x", products.multiply(matrix, x, false)],
        ];
  }

  return { explain, magnitudes, ways };
})();
