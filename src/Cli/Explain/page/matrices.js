// C and Cᵀ side by side, with x and y as columns beside the one that makes y: where everything stands, and how it is drawn.
const matrices = (() => {
  const HEAD = 30,
    SIGN = 22,
    BETWEEN = 36,
    NARROW = 520,
    LARGEST = 34,
    READABLE = 13,
    SMALLEST = 1,
    NAMED = 74,
    BARE = 26,
    ROW_LABEL = 38,
    TALLEST = 440,
    LETTER = 6.4;
  const { format } = numerals;

  const widest = values => Math.max(...values.map(value => format(value).length));
  const counts = () => ({ maps: geometry.mapCount(model.seen.worked.geometry), images: geometry.imageCount(model.seen.worked.geometry) });

  // x as a column: how far down each number stands; its rows, and more so its channels, stand apart.
  function columnOfX(pitch, apart) {
    const [h, w] = model.state.settings.input;
    return model.state.x.map((_, i) => i * pitch + (Math.floor(i / w) + Math.floor(i / (h * w))) * apart);
  }

  // How large a place of the matrices can be. The names of x's rows give way where that lets numbers be read.
  function sized(room, tallest, isLabelled) {
    const { state, seen } = model,
      { maps, images } = counts(),
      transposed = model.transposed();
    const isStacked = room < NARROW,
      xWidth = widest(state.x) * LETTER + 14,
      yWidth = widest(seen.worked.y) * LETTER + 16;
    const rowLabel = isLabelled && state.settings.input[0] > 1 ? ROW_LABEL : 0,
      vectors = SIGN * 2 + xWidth + yWidth + rowLabel;
    const least = Math.max(READABLE, Math.ceil(widest(state.w) * LETTER + 5)),
      names = isStacked ? 0 : Math.max(0, NAMED - Math.min(maps, images) * least);
    // Side by side, or C above and Cᵀ below it, beside the columns.
    const across = beside =>
      isStacked ? Math.min(room / images, (room - beside - BETWEEN) / maps) : (room - beside - BETWEEN) / (images + maps);
    const deep = isStacked ? 1 : Math.max(images, maps),
      fit = Math.min(LARGEST, across(vectors + names), Math.max(READABLE, tallest / deep));
    const common = { maps, images, transposed, isStacked };
    if (Math.floor(fit) >= least) return { ...common, xWidth, yWidth, rowLabel, vectors, isText: true, pitch: Math.floor(fit) };
    if (isLabelled) return sized(room, tallest, false);
    const bare = SIGN * 2 + BARE * 2,
      pitch = Math.max(SMALLEST, Math.min(across(bare + (isStacked ? 0 : NAMED)), 12, Math.max(tallest / deep, 2)));
    return { ...common, xWidth: BARE, yWidth: BARE, rowLabel: 0, vectors: bare, isText: false, pitch };
  }

  // Where things stand in a room so wide. shows: "rows", "C", "unflipped" or "both".
  function layout(room, shows, tallest = TALLEST) {
    const { maps, images, transposed, isStacked, xWidth, yWidth, rowLabel, vectors, isText, pitch } = sized(room, tallest, true);
    const both = transposed || shows === "both",
      { seen } = model;
    const apart = isText ? 4 : pitch > 4 ? 2 : 0,
      down = columnOfX(pitch, apart);

    const c = { x: 0, y: HEAD, rows: maps, columns: images },
      t = { rows: images, columns: maps };
    const beyond = (left, count) => left + Math.max(count * pitch, NAMED); // the name and the size above it need room, too
    const vectorsAt = (left, top) => ({
      x: { x: left + SIGN, y: top, width: xWidth, down },
      y: { x: left + SIGN * 2 + xWidth + rowLabel, y: top, width: yWidth },
      times: left + SIGN / 2,
      equals: left + SIGN * 1.5 + xWidth + rowLabel,
      end: left + vectors,
    });
    let v;
    const below = HEAD + maps * pitch + HEAD + 10;
    if (!transposed) {
      v = isStacked ? vectorsAt(0, below) : vectorsAt(beyond(0, images), HEAD);
      Object.assign(t, { x: v.end + BETWEEN, y: v.x.y });
    } else {
      Object.assign(t, isStacked ? { x: 0, y: below } : { x: beyond(0, images) + BETWEEN, y: HEAD });
      v = vectorsAt(beyond(t.x, maps), t.y);
    }
    const width = Math.max(c.columns * pitch, v.end, both ? beyond(t.x, t.columns) : 0);
    const height =
      Math.max(c.y + c.rows * pitch, v.x.y + down.at(-1) + pitch, v.y.y + seen.worked.y.length * pitch, both ? t.y + t.rows * pitch : 0) +
      2;
    return { pitch, isText, both, shows, c, t, v, width, height, rowLabel };
  }

  const gapOf = pitch => (pitch >= 10 ? 2 : pitch >= 5 ? 1 : 0);

  function cell(s, L, x, y, width, fill, text, ink, alpha = 1) {
    const gap = gapOf(L.pitch),
      size = L.pitch - gap;
    s.rect(x, y, width - gap, size, { fill, radius: gap === 2 ? Math.min(4, size / 4) : 0, alpha });
    if (text !== null)
      s.text(text, x + (width - gap) / 2, y + size / 2 + 0.5, { size: Math.min(14, Math.max(10, L.pitch * 0.56)), fill: ink });
  }

  // One of the two matrices. litMap and litImage: the element of either side that is lit, or null; whole: all of it in full colour.
  function sheet(s, L, at, { flipped, theme, litMap, litImage, whole, name, rows }) {
    const { pitch, isText } = L,
      gap = gapOf(pitch),
      { state, seen } = model;
    s.text(name, at.x, at.y - 16, { size: 17, fill: theme.ink, anchor: "start", weight: 700 });
    s.text(`${at.rows}×${at.columns}`, at.x + (name.length > 1 ? 26 : 19), at.y - 15, { size: 13, fill: theme.soft, anchor: "start" });
    s.rect(at.x - 2, at.y - 2, at.columns * pitch + 4 - gap, at.rows * pitch + 4 - gap, { fill: theme.ghost, radius: isText ? 6 : 2 });
    const [litRow, litColumn] = flipped ? [litImage, litMap] : [litMap, litImage];
    if (litRow !== null && rows > litRow)
      s.rect(at.x, at.y + litRow * pitch, at.columns * pitch - gap, pitch - gap, { fill: theme.cell, radius: 2 });
    if (litColumn !== null)
      s.rect(at.x + litColumn * pitch, at.y, pitch - gap, Math.min(rows, at.rows) * pitch - gap, { fill: theme.cell, radius: 2 });
    if (isText) {
      for (let row = 0; row < Math.min(at.rows, rows); row++)
        for (let column = 0; column < at.columns; column++) {
          const x = at.x + column * pitch + (pitch - gap) / 2,
            y = at.y + row * pitch + (pitch - gap) / 2;
          s.rect(x - 1, y - 1, 2, 2, { fill: theme.dot });
        }
    }
    for (const e of seen.worked.entries) {
      const [row, column] = flipped ? [e.column, e.row] : [e.row, e.column];
      if (row >= rows) continue;
      const isLit = whole || row === litRow || column === litColumn,
        full = colours.tap(e.tap),
        fill = isLit ? full : colours.mix(full, theme.panel, isText ? 0.34 : 0.42);
      cell(
        s,
        L,
        at.x + column * pitch,
        at.y + row * pitch,
        pitch,
        fill,
        isText ? format(state.w[e.weight]) : null,
        isLit ? colours.inkOn(full) : theme.soft,
      );
    }
  }

  // The lit numbers of x and y in the colours of the weights that they meet.
  function vectors(s, L, theme, whole, nothing) {
    const { pitch, isText, v } = L,
      { state } = model,
      { side, index } = model.focus(),
      lit = whole || nothing ? [] : model.lit();
    const tapOf = new Map(lit.map(e => [side === "y" ? model.inputOf(e) : model.outputOf(e), e.tap]));
    const [h, w] = state.settings.input,
      values = whole ? model.seen.worked.y : model.outputNow();
    const one = (which, i, x, y, width, text) => {
      const isOn = !whole && !nothing && which === side && i === index,
        tap = which !== side ? tapOf.get(i) : undefined;
      const fill = isOn ? theme.ink : tap === undefined ? theme.cell : colours.tap(tap);
      cell(s, L, x, y, width, fill, isText ? text : null, isOn ? theme.panel : tap === undefined ? theme.ink : colours.inkOn(fill));
    };
    s.text("·", v.times, v.x.y + pitch * 0.5, { size: 20, fill: theme.soft });
    s.text("=", v.equals, v.y.y + pitch * 0.5, { size: 16, fill: theme.soft });
    s.text("x", v.x.x + v.x.width / 2 - 1, v.x.y - 16, { size: 16, fill: theme.ink, weight: 700 });
    s.text("y", v.y.x + v.y.width / 2 - 1, v.y.y - 16, { size: 16, fill: theme.ink, weight: 700 });
    state.x.forEach((value, i) => one("x", i, v.x.x, v.x.y + v.x.down[i], v.x.width, format(value)));
    if (isText && h > 1 && L.rowLabel > 0) {
      for (let row = 0; row < h * state.settings.inputChannels; row++) {
        const top = v.x.y + v.x.down[row * w],
          bottom = v.x.y + v.x.down[row * w + w - 1] + pitch - gapOf(pitch);
        s.rect(v.x.x + v.x.width + 1, top, 1.5, bottom - top, { fill: theme.dot });
        s.text(`row ${row % h}`, v.x.x + v.x.width + 6, (top + bottom) / 2, { size: 10.5, fill: theme.soft, anchor: "start" });
      }
    }
    values.forEach((value, i) => one("y", i, v.y.x, v.y.y + i * pitch, v.y.width, value === null ? "" : format(value)));
  }

  // C on its way over its diagonal: at 0 it lies on C, at 1 on Cᵀ. A cell turns around the diagonal as a leaf does; its number stays
  // upright.
  function flight(s, L, theme, way) {
    const { pitch, isText, c, t } = L,
      smooth = way * way * (3 - 2 * way),
      turn = Math.cos(Math.PI * smooth),
      gap = gapOf(pitch);
    const x0 = c.x + (t.x - c.x) * smooth,
      y0 = c.y + (t.y - c.y) * smooth;
    const place = (u, v) => [x0 + pitch * ((u + v) / 2 + ((u - v) / 2) * turn), y0 + pitch * ((u + v) / 2 - ((u - v) / 2) * turn)];
    const corners = [
      [0, 0],
      [c.columns, 0],
      [c.columns, c.rows],
      [0, c.rows],
    ].map(([u, v]) => place(u, v));
    s.polygon(corners, { fill: theme.ghost, stroke: theme.dot, alpha: 0.9 });
    for (const e of model.seen.worked.entries) {
      const [x, y] = place(e.column, e.row),
        fill = colours.tap(e.tap);
      cell(s, L, x, y, pitch, fill, isText ? format(model.state.w[e.weight]) : null, colours.inkOn(fill));
    }
    const end = Math.min(c.rows, c.columns) * pitch;
    s.polygon(
      [
        [x0, y0],
        [x0 + end - gap, y0 + end - gap],
      ],
      { stroke: theme.ink, width: 1.5 },
    );
  }

  // whole: nothing is lit, all in full colour. way: how far the flip has come, or null. isHidden: Cᵀ is still to come.
  function draw(s, L, theme, { whole = false, way = null, isHidden = false } = {}) {
    const { side, index } = model.focus(),
      isMap = (side === "x") === model.transposed(),
      off = whole || way !== null;
    const litMap = off || !isMap ? null : index,
      litImage = off || isMap ? null : index;
    const common = { theme, litMap, litImage, whole: whole || way !== null };
    sheet(s, L, L.c, { ...common, whole, flipped: false, name: "C", rows: L.shows === "rows" ? model.state.step + 1 : Infinity });
    if (L.both && way === null && !isHidden) sheet(s, L, L.t, { ...common, flipped: true, name: "Cᵀ", rows: Infinity });
    else if (L.both)
      s.rect(L.t.x - 2, L.t.y - 2, L.t.columns * L.pitch + 2, L.t.rows * L.pitch + 2, { stroke: theme.dot, radius: 6, dash: [5, 4] });
    vectors(s, L, theme, whole, way !== null);
    if (way !== null) flight(s, L, theme, way);
  }

  // The number of y whose row or column of a matrix, or whose place in y as a column, lies there; null elsewhere.
  function at(L, x, y) {
    const { pitch, v } = L,
      transposed = model.transposed();
    const inside = (of, rows, columns) => x >= of.x && y >= of.y && x < of.x + columns * pitch && y < of.y + rows * pitch;
    const place = of => ({ row: Math.floor((y - of.y) / pitch), column: Math.floor((x - of.x) / pitch) });
    if (inside(L.c, L.c.rows, L.c.columns)) return transposed ? place(L.c).column : place(L.c).row;
    if (L.both && inside(L.t, L.t.rows, L.t.columns)) return transposed ? place(L.t).row : place(L.t).column;
    const count = model.seen.worked.y.length;
    return x >= v.y.x && x < v.y.x + v.y.width && y >= v.y.y && y < v.y.y + count * pitch ? Math.floor((y - v.y.y) / pitch) : null;
  }

  return { layout, draw, at };
})();
