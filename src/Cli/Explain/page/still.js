// The step as one picture, for slides: x, w and y at the left, C and Cᵀ with their columns at the right.
const still = (() => {
  const MARGIN = 28,
    HEAD = 60,
    BETWEEN = 40,
    LARGEST_CELL = 42,
    GRIDS = 460,
    MATRICES = 760,
    LABEL = 22;
  const { format } = numerals;

  // The three sorts of grids, as they are on the page: what each cell holds and how it looks now.
  function sheets(theme, whole) {
    const { state, seen } = model,
      g = seen.worked.geometry,
      { side, index } = model.focus(),
      values = whole ? seen.worked.y : model.outputNow();
    const taps = { x: new Map(), y: new Map() },
      other = side === "y" ? "x" : "y";
    if (!whole) for (const e of model.lit()) taps[other].set(side === "y" ? model.inputOf(e) : model.outputOf(e), e.tap);
    const cellOf = (which, i, value) => {
      const isOn = !whole && which === side && i === index,
        tap = taps[which].get(i);
      const fill = isOn ? theme.ink : tap === undefined ? theme.cell : colours.tap(tap);
      return {
        text: value === null ? "" : format(value),
        fill,
        ink: isOn ? theme.panel : tap === undefined ? theme.ink : colours.inkOn(fill),
      };
    };
    const of = (which, { name, channels, size: [h, w] }, numbers) =>
      Array.from({ length: channels }, (_, c) => ({
        name: channels === 1 ? name : `${name}[${c}]`,
        rows: h,
        columns: w,
        cell: i => cellOf(which, c * h * w + i, numbers[c * h * w + i]),
      }));
    const count = geometry.taps(g),
      kernels = Array.from({ length: geometry.kernels(g) }, (_, kernel) => ({
        name: model.kernelName(kernel),
        rows: g.rows.kernel,
        columns: g.columns.kernel,
        cell: i => ({ text: format(state.w[kernel * count + i]), fill: colours.tap(i), ink: colours.inkOn(colours.tap(i)) }),
      }));
    return { x: of("x", model.sides.x(), state.x), w: kernels, y: of("y", model.sides.y(), values) };
  }

  // Where the grids stand: x and w in lines as wide as there is room, y below them.
  function place(parts) {
    const all = [...parts.x, ...parts.w, ...parts.y],
      widest = Math.max(...all.flatMap(one => Array.from({ length: one.rows * one.columns }, (_, i) => one.cell(i).text.length)));
    const cell = Math.max(14, Math.min(LARGEST_CELL, Math.floor(GRIDS / Math.max(...all.map(one => one.columns)))));
    let x = 0,
      y = 0,
      deepest = 0,
      width = 0;
    for (const group of [[...parts.x, ...parts.w], parts.y]) {
      for (const one of group) {
        const across = one.columns * cell;
        if (x > 0 && x + across > GRIDS) [x, y] = [0, deepest + 20];
        Object.assign(one, { left: x, top: y + LABEL });
        x += across + BETWEEN * 0.8;
        deepest = Math.max(deepest, y + LABEL + one.rows * cell);
        width = Math.max(width, one.left + across);
      }
      [x, y] = [0, deepest + 24];
    }
    return { all, cell, widest, width, height: deepest };
  }

  // The figure's size and how to draw it. whole: no step is lit. way: how far the flip has come.
  function figure(theme, { whole = false, way = null } = {}) {
    const at = place(sheets(theme, whole || way !== null)),
      L = matrices.layout(MATRICES, "both", 460);
    const width = Math.ceil(MARGIN * 2 + at.width + BETWEEN * 1.4 + L.width),
      height = Math.ceil(HEAD + MARGIN + Math.max(at.height, L.height));
    const draw = s => {
      s.rect(0, 0, width, height, { fill: theme.panel });
      s.text(model.transposed() ? "Transposed convolution: y = Cᵀ · x" : "Convolution: y = C · x", MARGIN, 26, {
        size: 18,
        fill: theme.ink,
        anchor: "start",
        weight: 700,
      });
      s.text(caption(), width - MARGIN, 26, { size: 13, fill: theme.soft, anchor: "end" });
      for (const one of at.all) {
        s.text(one.name, MARGIN + one.left, HEAD + one.top - 11, { size: 15, fill: theme.ink, anchor: "start", weight: 700 });
        for (let i = 0; i < one.rows * one.columns; i++) {
          const { text, fill, ink } = one.cell(i),
            gap = at.cell > 20 ? 3 : 1,
            left = MARGIN + one.left + (i % one.columns) * at.cell,
            top = HEAD + one.top + Math.floor(i / one.columns) * at.cell;
          s.rect(left, top, at.cell - gap, at.cell - gap, { fill, radius: at.cell / 7 });
          const size = Math.min(16, at.cell * 0.4, ((at.cell - 6) * 1.6) / Math.max(text.length, 1));
          if (size >= 6) s.text(text, left + (at.cell - gap) / 2, top + (at.cell - gap) / 2, { size, fill: ink });
        }
      }
      matrices.draw(moved(s, MARGIN + at.width + BETWEEN * 1.4, HEAD), L, theme, { whole, way });
    };
    return { width, height, draw };
  }

  const moved = (s, dx, dy) => ({
    rect: (x, y, ...rest) => s.rect(x + dx, y + dy, ...rest),
    polygon: (points, style) =>
      s.polygon(
        points.map(([x, y]) => [x + dx, y + dy]),
        style,
      ),
    text: (text, x, y, style) => s.text(text, x + dx, y + dy, style),
  });

  function caption() {
    const s = model.state.settings,
      p = s.padding,
      even = ([a, b]) => (a === b ? `${a}` : `${a}×${b}`);
    const padding = p.kind === "explicit" ? model.SIDES.map(side => p[side]).join(", ") : p.kind;
    return `kernel ${s.kernel.join("×")}, stride ${even(s.stride)}, padding ${padding}`;
  }

  return { figure };
})();
