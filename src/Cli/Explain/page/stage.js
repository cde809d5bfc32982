// The grids of the step: x, w and y, or x stretched, w flipped and y.
const stage = (() => {
  const { $, element } = dom, { format } = numerals, MOST_NARROW = 12;
  const largest = () => window.innerWidth >= 1700 ? 54 : 42;
  let cells = null;

  const isStretched = () => model.transposed() && model.state.view === "stretched";
  const channelled = (count, channel, [h, w]) => count === 1 ? `${h}×${w}` : `channel ${channel}`;
  const sideOf = count => Array.from({ length: count }, (_, i) => i);

  function build(act) {
    const { state, seen } = model, g = seen.worked.geometry, transposed = model.transposed();
    cells = { x: [], w: [], y: [], ghosts: [], windows: [] };
    document.querySelector("main").classList.toggle("wide", widths().reduce((sum, width) => sum + width, 0) > MOST_NARROW);
    const parts = { x: figuresOfX(act), w: figuresOfKernels(act), y: figuresOfY(act) };
    $("grids").replaceChildren(...["x", "w", "y"].map(name => grids.tiles(parts[name])));
    $("grids").classList.toggle("many", g.mapChannels + g.imageChannels > 2);
    $("stage-title").textContent = !transposed ? "Gather: slide the kernel over x"
      : isStretched() ? "Gather: slide over the stretched x"
      : "Scatter: lay the kernel onto y";
    $("views").hidden = !transposed;
    for (const button of document.querySelectorAll("#views button")) button.setAttribute("aria-pressed", String(button.value === state.view));
  }

  // Room for all three side by side: a cell as large as fits.
  function roomOf(columns) {
    const g = model.seen.worked.geometry, room = grids.roomFor($("grids").parentElement);
    const across = widths().reduce((sum, width) => sum + width, 0), cell = Math.floor((room - 2 * 28 - 3 * 22) / across) - 3;
    const isMany = g.mapChannels + g.imageChannels > 2;
    if (cell >= 20 && !isMany) return { room: columns * (cell + 3) + 19, largest: largest() };
    const rows = Math.max(g.rows.image, isStretched() ? products.stretched(g).rows.places.length : g.rows.map);
    return { room, largest: Math.max(24, Math.min(largest(), Math.floor(window.innerHeight * 0.42 / rows))) };
  }

  function widths() {
    const g = model.seen.worked.geometry;
    const large = isStretched() ? g.columns.image : grids.reached(g.columns, afterOf("right")).length;
    const small = isStretched() ? products.stretched(g).columns.places.length : g.columns.map;
    return [large, small, g.columns.kernel];
  }

  const afterOf = side => !model.transposed() && model.state.settings.padding.kind === "explicit" ? model.state.settings.padding[side] : 0;

  function figuresOfX(act) {
    const { state, seen } = model, g = seen.worked.geometry, side = model.sides.x(), [h, w] = side.size;
    const editable = index => (cells.x[index] = grids.numberCell("x", index, model.named(index, side), act.change));
    return sideOf(side.channels).map(channel => {
      const caption = `x${side.channels > 1 ? ` channel ${channel}` : ""}, ${h} by ${w}`, first = channel * h * w;
      let rows, columns, make, what = channelled(side.channels, channel, side.size);
      if (isStretched()) {
        const stretched = products.stretched(g), labelled = ({ places }) => places.map(({ at, inside }, i) => ({ at, inside, i, label: at < 0 ? "" : String(at) }));
        [rows, columns] = [labelled(stretched.rows), labelled(stretched.columns)];
        make = (row, column) => row.at >= 0 && column.at >= 0 ? editable(first + row.at * w + column.at) : ghost(row.i, column.i, "0", row.inside && column.inside);
        what = `${what}, stretched`;
      } else if (model.transposed()) {
        [rows, columns] = [grids.plain(h), grids.plain(w)];
        make = (row, column) => editable(first + row.at * w + column.at);
      } else {
        [rows, columns] = [grids.reached(g.rows, afterOf("bottom")), grids.reached(g.columns, afterOf("right"))];
        make = (row, column) => row.inside && column.inside ? editable(first + row.at * w + column.at) : ghost(row.at + g.rows.before, column.at + g.columns.before, "0");
      }
      const figure = grids.figure("x", what, { rows, columns, make, caption, ...share(side.channels, columns.length) });
      return isStretched() || !model.transposed() ? withWindow(figure, "x", channel) : figure;
    });
  }

  function figuresOfY(act) {
    const { seen } = model, g = seen.worked.geometry, side = model.sides.y(), [h, w] = side.size, isScatter = model.transposed() && !isStretched();
    return sideOf(side.channels).map(channel => {
      const first = channel * h * w, rows = isScatter ? grids.reached(g.rows, 0) : grids.plain(h), columns = isScatter ? grids.reached(g.columns, 0) : grids.plain(w);
      const make = (row, column) => row.inside && column.inside ? result(first + row.at * w + column.at, act) : ghost(row.at + g.rows.before, column.at + g.columns.before, "");
      const caption = `y${side.channels > 1 ? ` channel ${channel}` : ""}, ${h} by ${w}`;
      const figure = grids.figure("y", channelled(side.channels, channel, side.size), { rows, columns, make, caption, ...share(side.channels, columns.length) });
      return isScatter ? withWindow(figure, "y", channel) : figure;
    });
  }

  const share = (channels, columns) => {
    const { room, largest } = roomOf(columns);
    return { room: grids.shareOf(room, channels, columns), largest };
  };

  function figuresOfKernels(act) {
    const g = model.seen.worked.geometry, taps = geometry.taps(g), isTurned = isStretched();
    const axis = count => isTurned ? grids.plain(count).reverse() : grids.plain(count);
    return sideOf(geometry.kernels(g)).map(kernel => {
      const { map, image } = geometry.between(g, kernel), [from, to] = model.transposed() ? [map, image] : [image, map];
      const isOne = geometry.kernels(g) === 1, what = isOne ? `${g.rows.kernel}×${g.columns.kernel}` : `x ${from} → y ${to}`;
      const make = (row, column) => {
        const tap = row.at * g.columns.kernel + column.at, place = `[${row.at},${column.at}]`;
        return (cells.w[kernel * taps + tap] = grids.numberCell("w", kernel * taps + tap, `w${isOne ? "" : ` from channel ${from} to ${to} `}${place}`, act.change));
      };
      return grids.figure("w", isTurned ? `${what}, flipped` : what, {
        rows: axis(g.rows.kernel), columns: axis(g.columns.kernel), make, caption: isOne ? "kernel w" : `kernel w from channel ${from} of x to channel ${to} of y`, ...roomOf(g.columns.kernel),
      });
    });
  }

  // A place that holds no number of x or y: padding, or a zero put between. Its place is counted from where the kernel first stands.
  function ghost(row, column, text, isBetween = false) {
    const cell = element("span", { class: isBetween ? "cell ghost between" : "cell ghost" }, text);
    cells.ghosts.push({ cell, row, column, text });
    return cell;
  }

  function withWindow(figure, side, channel) {
    const frame = element("div", { class: "window", "aria-hidden": "true" });
    figure.grid.append(frame);
    cells.windows.push({ frame, side, channel, metrics: figure.grid.metrics });
    return figure;
  }

  function result(index, act) {
    const { state } = model, cell = element("button", { class: "cell", type: "button", tabindex: index === 0 ? "0" : "-1" });
    const isMouse = event => event.pointerType === "mouse" && !state.pinned;
    cell.addEventListener("pointerenter", event => { if (isMouse(event)) act.inspect(index); });
    cell.addEventListener("pointerleave", event => { if (isMouse(event)) act.inspect(null); });
    cell.addEventListener("focus", () => { if (cell.matches(":focus-visible") && !state.pinned) act.inspect(index); });
    cell.addEventListener("blur", () => { if (!state.pinned && state.inspected === index) act.inspect(null); });
    cell.addEventListener("click", () => act.pin(index));
    cell.addEventListener("keydown", event => moveFocus(event, index, act));
    cells.y[index] = cell;
    return cell;
  }

  function moveFocus(event, index, act) {
    const { size: [h, w] } = model.sides.y(), channel = Math.floor(index / (h * w));
    const [down, across] = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key] ?? [null, null];
    if (down === null) return;
    event.preventDefault();
    event.stopPropagation();
    const row = Math.floor(index / w) % h + down, column = index % w + across;
    if (row < 0 || column < 0 || row >= h || column >= w) return;
    const next = (channel * h + row) * w + column;
    model.state.pinned = false;
    cells.y.forEach((cell, i) => { cell.tabIndex = i === next ? 0 : -1; });
    cells.y[next].focus({ focusVisible: true });
    act.inspect(next);
  }

  // Whether the kernel of the step lies on a channel: channels of different groups do not meet.
  function isMet(side, channel) {
    const g = model.seen.worked.geometry, focus = model.focus(), size = model.sides[focus.side]().size;
    const groupOf = (which, index) => Math.floor(index / (model.sides[which]().channels / g.groups));
    return groupOf(side, channel) === groupOf(focus.side, Math.floor(focus.index / (size[0] * size[1])));
  }

  // Where the kernel stands: the place of its first tap, counted as the ghosts' places are; null where it stands nowhere.
  function kernelAt() {
    const g = model.seen.worked.geometry, { side, index } = model.focus();
    if (isStretched()) {
      const stretched = products.stretched(g), pixel = index % geometry.imagePositions(g);
      return [Math.floor(pixel / g.columns.image) + stretched.rows.start, pixel % g.columns.image + stretched.columns.start];
    }
    if ((side === "x") !== model.transposed()) return null;
    const position = index % geometry.mapPositions(g);
    return [Math.floor(position / g.columns.map) * g.rows.stride, position % g.columns.map * g.columns.stride];
  }

  function paint() {
    const { state, seen } = model, g = seen.worked.geometry, { side, index } = model.focus(), lit = model.lit();
    const taps = { x: new Map(), y: new Map(), w: new Set() }, other = side === "y" ? "x" : "y", of = side === "y" ? model.inputOf : model.outputOf;
    for (const e of lit) {
      taps[other].set(of(e), e.tap);
      taps.w.add(e.weight);
    }
    const colour = (cell, which, i) => {
      const isActive = which === side && i === index;
      grids.paintTap(cell, isActive ? null : taps[which].get(i) ?? null);
      cell.classList.toggle("active", isActive);
      cell.classList.toggle("pinned", isActive && state.pinned);
    };
    const values = model.outputNow(), sideY = model.sides.y();
    cells.x.forEach((cell, i) => colour(cell, "x", i));
    cells.y.forEach((cell, i) => {
      colour(cell, "y", i);
      grids.say(cell, values[i] === null ? "" : format(values[i]));
      cell.setAttribute("aria-label", `${model.named(i, sideY)} = ${format(seen.worked.y[i])}`);
    });
    // A kernel is pale that has no part in the step; all of a kernel has, even where a tap of it lies on padding.
    const count = geometry.taps(g), used = new Set([...taps.w].map(weight => Math.floor(weight / count))), isOne = geometry.kernels(g) === 1;
    cells.w.forEach((cell, i) => {
      grids.paintTap(cell, i % count);
      cell.classList.toggle("pale", state.inspected !== null || isStretched() ? !taps.w.has(i) : !isOne && !used.has(Math.floor(i / count)));
    });
    paintKernel(kernelAt());
    words.paint(lit);
  }

  function paintKernel(at) {
    const g = model.seen.worked.geometry, columns = g.columns.kernel, count = geometry.taps(g);
    const height = (g.rows.kernel - 1) * g.rows.dilation + 1, width = (columns - 1) * g.columns.dilation + 1;
    for (const { frame, side, channel, metrics: { size, gap, index, top: head } } of cells.windows) {
      const pitch = size + gap;
      frame.hidden = at === null || !isMet(side, channel);
      if (at === null) continue;
      frame.style.left = `${index + gap + at[1] * pitch - 3}px`;
      frame.style.top = `${head + gap + at[0] * pitch - 3}px`;
      frame.style.width = `${width * pitch - gap + 6}px`;
      frame.style.height = `${height * pitch - gap + 6}px`;
    }
    for (const { cell, row, column, text } of cells.ghosts) {
      const [down, across] = at === null ? [-1, -1] : [row - at[0], column - at[1]];
      const isHit = down >= 0 && across >= 0 && down < height && across < width && down % g.rows.dilation === 0 && across % g.columns.dilation === 0;
      const tap = isHit ? down / g.rows.dilation * columns + across / g.columns.dilation : null;
      cell.style.background = isHit ? `color-mix(in srgb, ${colours.tap(isStretched() ? count - 1 - tap : tap)} 40%, var(--panel))` : "";
      cell.style.color = isHit ? "var(--ink)" : "";
      cell.textContent = isHit && text === "" ? "×" : text;
    }
  }

  return { build, paint, isStretched, numbers: () => cells };
})();
