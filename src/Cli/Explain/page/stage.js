// The grids of the step: x, w and y, or x stretched, w flipped and y.
const stage = (() => {
  const { $ } = dom,
    { format } = numerals,
    { isStretched } = model,
    MOST_NARROW = 12;
  let cells = null;

  function build(act) {
    const { state, seen } = model,
      g = seen.worked.geometry,
      transposed = model.transposed();
    cells = { x: [], w: [], y: [], ghosts: [], windows: [] };
    document.querySelector("main").classList.toggle("wide", figures.widths().reduce((sum, width) => sum + width, 0) > MOST_NARROW);
    const does = { ...act, move: (event, index) => moveFocus(event, index, act) };
    const parts = [figures.ofX(cells, does), figures.ofKernels(cells, does), figures.ofY(cells, does)];
    $("grids").replaceChildren(...parts.map(grids.tiles));
    $("grids").classList.toggle("many", g.mapChannels + g.imageChannels > 2);
    $("stage-title").textContent = !transposed
      ? "Gather: slide the kernel over x"
      : isStretched()
        ? "Gather: slide over the stretched x"
        : "Scatter: lay the kernel onto y";
    $("views").hidden = !transposed;
    for (const button of document.querySelectorAll("#views button"))
      button.setAttribute("aria-pressed", String(button.value === state.view));
  }

  function moveFocus(event, index, act) {
    const {
        size: [h, w],
      } = model.sides.y(),
      channel = Math.floor(index / (h * w));
    const [down, across] = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key] ?? [null, null];
    if (down === null) return;
    event.preventDefault();
    event.stopPropagation();
    const row = (Math.floor(index / w) % h) + down,
      column = (index % w) + across;
    if (row < 0 || column < 0 || row >= h || column >= w) return;
    const next = (channel * h + row) * w + column;
    model.state.pinned = false;
    cells.y.forEach((cell, i) => {
      cell.tabIndex = i === next ? 0 : -1;
    });
    cells.y[next].focus({ focusVisible: true });
    act.inspect(next);
  }

  // Whether the kernel of the step lies on a channel: channels of different groups do not meet.
  function isMet(side, channel) {
    const g = model.seen.worked.geometry,
      focus = model.focus(),
      size = model.sides[focus.side]().size;
    const groupOf = (which, index) => Math.floor(index / (model.sides[which]().channels / g.groups));
    return groupOf(side, channel) === groupOf(focus.side, Math.floor(focus.index / (size[0] * size[1])));
  }

  // Where the kernel stands: the place of its first tap, counted as the ghosts' places are; null where it stands nowhere.
  function kernelAt() {
    const g = model.seen.worked.geometry,
      { side, index } = model.focus();
    if (isStretched()) {
      const stretched = products.stretched(g),
        pixel = index % geometry.imagePositions(g);
      return [Math.floor(pixel / g.columns.image) + stretched.rows.start, (pixel % g.columns.image) + stretched.columns.start];
    }
    if ((side === "x") !== model.transposed()) return null;
    const position = index % geometry.mapPositions(g);
    return [Math.floor(position / g.columns.map) * g.rows.stride, (position % g.columns.map) * g.columns.stride];
  }

  function paint() {
    const { state, seen } = model,
      g = seen.worked.geometry,
      { side, index } = model.focus(),
      lit = model.lit();
    const taps = { x: new Map(), y: new Map(), w: new Set() },
      other = side === "y" ? "x" : "y",
      of = side === "y" ? model.inputOf : model.outputOf;
    for (const e of lit) {
      taps[other].set(of(e), e.tap);
      taps.w.add(e.weight);
    }
    const colour = (cell, which, i) => {
      const isActive = which === side && i === index;
      grids.paintTap(cell, isActive ? null : (taps[which].get(i) ?? null));
      cell.classList.toggle("active", isActive);
      cell.classList.toggle("pinned", isActive && state.pinned);
    };
    const values = model.outputNow(),
      sideY = model.sides.y();
    cells.x.forEach((cell, i) => colour(cell, "x", i));
    cells.y.forEach((cell, i) => {
      colour(cell, "y", i);
      grids.say(cell, values[i] === null ? "" : format(values[i]));
      cell.setAttribute("aria-label", `${model.named(i, sideY)} = ${format(seen.worked.y[i])}`);
    });
    // A kernel is pale that has no part in the step; all of a kernel has, even where a tap of it lies on padding.
    const count = geometry.taps(g),
      used = new Set([...taps.w].map(weight => Math.floor(weight / count))),
      isOne = geometry.kernels(g) === 1;
    cells.w.forEach((cell, i) => {
      grids.paintTap(cell, i % count);
      cell.classList.toggle(
        "pale",
        state.inspected !== null || isStretched() ? !taps.w.has(i) : !isOne && !used.has(Math.floor(i / count)),
      );
    });
    paintKernel(kernelAt());
    words.paint(lit);
  }

  function paintKernel(at) {
    const g = model.seen.worked.geometry,
      columns = g.columns.kernel,
      count = geometry.taps(g);
    const height = (g.rows.kernel - 1) * g.rows.dilation + 1,
      width = (columns - 1) * g.columns.dilation + 1;
    for (const {
      frame,
      side,
      channel,
      metrics: { size, gap, index, top: head },
    } of cells.windows) {
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
      const isHit =
        down >= 0 && across >= 0 && down < height && across < width && down % g.rows.dilation === 0 && across % g.columns.dilation === 0;
      const tap = isHit ? (down / g.rows.dilation) * columns + across / g.columns.dilation : null;
      cell.style.background = isHit ? `color-mix(in srgb, ${colours.tap(isStretched() ? count - 1 - tap : tap)} 40%, var(--panel))` : "";
      cell.style.color = isHit ? "var(--ink)" : "";
      cell.textContent = isHit && text === "" ? "×" : text;
    }
  }

  return { build, paint };
})();
