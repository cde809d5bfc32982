// What the grids of x, w and y are made of. Each adds its cells to those of the page: { x, w, y, ghosts, windows }.
const figures = (() => {
  const { $, element } = dom;
  const largest = () => (window.innerWidth >= 1700 ? 54 : 42);
  const channelled = (count, channel, [h, w]) => (count === 1 ? `${h}×${w}` : `channel ${channel}`);
  const sideOf = count => Array.from({ length: count }, (_, i) => i);

  // Room for all three side by side: a cell as large as fits.
  function roomOf(columns) {
    const g = model.seen.worked.geometry,
      room = grids.roomFor($("grids").parentElement);
    const across = widths().reduce((sum, width) => sum + width, 0),
      cell = Math.floor((room - 2 * 28 - 3 * 22) / across) - 3;
    const isMany = g.mapChannels + g.imageChannels > 2;
    if (cell >= 20 && !isMany) return { room: columns * (cell + 3) + 19, largest: largest() };
    const rows = Math.max(g.rows.image, model.isStretched() ? products.stretched(g).rows.places.length : g.rows.map);
    return { room, largest: Math.max(24, Math.min(largest(), Math.floor((window.innerHeight * 0.42) / rows))) };
  }

  function widths() {
    const g = model.seen.worked.geometry;
    const large = model.isStretched() ? g.columns.image : grids.reached(g.columns, afterOf("right")).length;
    const small = model.isStretched() ? products.stretched(g).columns.places.length : g.columns.map;
    return [large, small, g.columns.kernel];
  }

  const afterOf = side =>
    !model.transposed() && model.state.settings.padding.kind === "explicit" ? model.state.settings.padding[side] : 0;

  function ofX(cells, act) {
    const { state, seen } = model,
      g = seen.worked.geometry,
      side = model.sides.x(),
      [h, w] = side.size;
    const editable = index => (cells.x[index] = grids.numberCell("x", index, model.named(index, side), act.change));
    return sideOf(side.channels).map(channel => {
      const caption = `x${side.channels > 1 ? ` channel ${channel}` : ""}, ${h} by ${w}`,
        first = channel * h * w;
      let rows,
        columns,
        make,
        what = channelled(side.channels, channel, side.size);
      if (model.isStretched()) {
        const stretched = products.stretched(g),
          labelled = ({ places }) => places.map(({ at, inside }, i) => ({ at, inside, i, label: at < 0 ? "" : String(at) }));
        [rows, columns] = [labelled(stretched.rows), labelled(stretched.columns)];
        make = (row, column) =>
          row.at >= 0 && column.at >= 0
            ? editable(first + row.at * w + column.at)
            : ghost(cells, row.i, column.i, "0", row.inside && column.inside);
        what = `${what}, stretched`;
      } else if (model.transposed()) {
        [rows, columns] = [grids.plain(h), grids.plain(w)];
        make = (row, column) => editable(first + row.at * w + column.at);
      } else {
        [rows, columns] = [grids.reached(g.rows, afterOf("bottom")), grids.reached(g.columns, afterOf("right"))];
        make = (row, column) =>
          row.inside && column.inside
            ? editable(first + row.at * w + column.at)
            : ghost(cells, row.at + g.rows.before, column.at + g.columns.before, "0");
      }
      const figure = grids.figure("x", what, { rows, columns, make, caption, ...share(side.channels, columns.length) });
      return model.isStretched() || !model.transposed() ? withWindow(cells, figure, "x", channel) : figure;
    });
  }

  function ofY(cells, act) {
    const { seen } = model,
      g = seen.worked.geometry,
      side = model.sides.y(),
      [h, w] = side.size,
      isScatter = model.transposed() && !model.isStretched();
    return sideOf(side.channels).map(channel => {
      const first = channel * h * w,
        rows = isScatter ? grids.reached(g.rows, 0) : grids.plain(h),
        columns = isScatter ? grids.reached(g.columns, 0) : grids.plain(w);
      const make = (row, column) =>
        row.inside && column.inside
          ? result(cells, first + row.at * w + column.at, act)
          : ghost(cells, row.at + g.rows.before, column.at + g.columns.before, "");
      const caption = `y${side.channels > 1 ? ` channel ${channel}` : ""}, ${h} by ${w}`;
      const figure = grids.figure("y", channelled(side.channels, channel, side.size), {
        rows,
        columns,
        make,
        caption,
        ...share(side.channels, columns.length),
      });
      return isScatter ? withWindow(cells, figure, "y", channel) : figure;
    });
  }

  const share = (channels, columns) => {
    const { room, largest } = roomOf(columns);
    return { room: grids.shareOf(room, channels, columns), largest };
  };

  function ofKernels(cells, act) {
    const g = model.seen.worked.geometry,
      taps = geometry.taps(g),
      isTurned = model.isStretched();
    const axis = count => (isTurned ? grids.plain(count).reverse() : grids.plain(count));
    return sideOf(geometry.kernels(g)).map(kernel => {
      const { map, image } = geometry.between(g, kernel),
        [from, to] = model.transposed() ? [map, image] : [image, map];
      const isOne = geometry.kernels(g) === 1,
        what = isOne ? `${g.rows.kernel}×${g.columns.kernel}` : `x ${from} → y ${to}`;
      const make = (row, column) => {
        const tap = row.at * g.columns.kernel + column.at,
          place = `[${row.at},${column.at}]`;
        return (cells.w[kernel * taps + tap] = grids.numberCell(
          "w",
          kernel * taps + tap,
          `w${isOne ? "" : ` from channel ${from} to ${to} `}${place}`,
          act.change,
        ));
      };
      return grids.figure("w", isTurned ? `${what}, flipped` : what, {
        rows: axis(g.rows.kernel),
        columns: axis(g.columns.kernel),
        make,
        caption: isOne ? "kernel w" : `kernel w from channel ${from} of x to channel ${to} of y`,
        ...roomOf(g.columns.kernel),
      });
    });
  }

  // A place that holds no number of x or y: padding, or a zero put between. Its place is counted from where the kernel first stands.
  function ghost(cells, row, column, text, isBetween = false) {
    const cell = element("span", { class: isBetween ? "cell ghost between" : "cell ghost" }, text);
    cells.ghosts.push({ cell, row, column, text });
    return cell;
  }

  function withWindow(cells, figure, side, channel) {
    const frame = element("div", { class: "window", "aria-hidden": "true" });
    figure.grid.append(frame);
    cells.windows.push({ frame, side, channel, metrics: figure.grid.metrics });
    return figure;
  }

  function result(cells, index, act) {
    const { state } = model,
      cell = element("button", { class: "cell", type: "button", tabindex: index === 0 ? "0" : "-1" });
    const isMouse = event => event.pointerType === "mouse" && !state.pinned;
    cell.addEventListener("pointerenter", event => {
      if (isMouse(event)) act.inspect(index);
    });
    cell.addEventListener("pointerleave", event => {
      if (isMouse(event)) act.inspect(null);
    });
    cell.addEventListener("focus", () => {
      if (cell.matches(":focus-visible") && !state.pinned) act.inspect(index);
    });
    cell.addEventListener("blur", () => {
      if (!state.pinned && state.inspected === index) act.inspect(null);
    });
    cell.addEventListener("click", () => act.pin(index));
    cell.addEventListener("keydown", event => act.move(event, index));
    cells.y[index] = cell;
    return cell;
  }

  return { ofX, ofY, ofKernels, widths };
})();
