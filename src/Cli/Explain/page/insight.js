// The panel beside the grids, one tab at a time: the matrices, the overlaps, the backward pass, and whether all ways to y agree.
const insight = (() => {
  const { $, element } = dom, { format } = numerals, TABS = ["matrix", "overlap", "backward", "ways"];
  const FLIP_SECONDS = 2.2;
  let drawn = null, flipping = null, shows = "both", isUnflipped = false, wayCells = [], gradients = { dx: [], dw: [] };

  const isReduced = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

  function build(act, isShown) {
    if (isShown !== shows) isUnflipped = isShown === "unflipped";
    shows = isShown;
    stopFlip();
    for (const tab of TABS) {
      const isOn = model.state.panel === tab;
      $(`tab-${tab}`).setAttribute("aria-selected", String(isOn));
      $(`tab-${tab}`).tabIndex = isOn ? 0 : -1;
      $(`panel-${tab}`).hidden = !isOn;
    }
    buildMatrixText();
    if (model.state.panel === "overlap") buildOverlap();
    if (model.state.panel === "backward") buildBackward(act);
    if (model.state.panel === "ways") buildWays(act);
    tellAgreement();
  }

  // ---- C and Cᵀ

  function buildMatrixText() {
    const g = model.seen.worked.geometry, [rows, columns] = [geometry.mapCount(g), geometry.imageCount(g)];
    const [x, y, name] = model.transposed() ? ["y", "x", "Cᵀ"] : ["x", "y", "C"];
    $("matrix-text").textContent = `C[i, j] is the weight between ${y}[i] and ${x}[j], 0 if they never meet. y = ${name} · x, with the rows of x, one after another, as one column.`;
    $("matrix").setAttribute("aria-label",
      `C, ${rows} by ${columns}, and its transpose, ${columns} by ${rows}: ${model.seen.worked.entries.length} weights, the rest zeros. y is ${name} times x.`);
    $("flip").hidden = model.state.panel !== "matrix" || shows === "rows" || (shows === "C" && !model.transposed());
  }

  function drawMatrix(way = null) {
    if (model.state.panel !== "matrix" || shows === "nothing") return;
    const canvas = $("matrix"), room = $("matrix-scroll").clientWidth, L = matrices.layout(room, shows, Math.max(290, window.innerHeight - 430));
    const ratio = Math.min(window.devicePixelRatio || 1, 8000 / Math.max(L.width, L.height));
    canvas.style.width = `${L.width}px`;
    canvas.style.height = `${L.height}px`;
    canvas.width = Math.round(L.width * ratio);
    canvas.height = Math.round(L.height * ratio);
    const context = canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    matrices.draw(surface.onCanvas(context), L, colours.theme(), { way, whole: isUnflipped && way === null, isHidden: isUnflipped });
    drawn = L;
  }

  function stopFlip() {
    if (flipping !== null) cancelAnimationFrame(flipping);
    flipping = null;
  }

  // Turns C over its diagonal into Cᵀ.
  function flip() {
    stopFlip();
    $("matrix-scroll").scrollIntoView({ block: "nearest" });
    const begun = performance.now(), length = isReduced() ? 0 : FLIP_SECONDS * 1000;
    const frame = now => {
      const way = length === 0 ? 1 : Math.min(1, Math.max(0, now - begun) / length);
      if (way === 1) isUnflipped = false;
      drawMatrix(way < 1 ? way : null);
      flipping = way < 1 ? requestAnimationFrame(frame) : null;
      $("matrix").dataset.flipping = String(way < 1);
    };
    frame(begun);
  }

  function placeAt(event) {
    const bounds = $("matrix").getBoundingClientRect();
    return drawn && flipping === null ? matrices.at(drawn, event.clientX - bounds.left, event.clientY - bounds.top) : null;
  }

  // ---- Overlap

  function buildOverlap() {
    const { overlap: { counts, even, rowPhases, columnPhases }, geometry: g } = model.seen.worked, most = Math.max(...counts, 1);
    const target = model.transposed() ? "y" : "x";
    $("overlap-text").textContent = `How many taps ${model.transposed() ? "reach" : "read"} each pixel of ${target}. ` + (even
      ? "Away from the edges it is even: the taps fall evenly onto the phases of the stride."
      : `Uneven: onto the phases of the stride fall ${rowPhases.join(" and ")} rows and ${columnPhases.join(" and ")} columns of the kernel. This is where checkerboards come from.`);
    $("overlap").replaceChildren(grids.figure(target, `${g.rows.image}×${g.columns.image}`, {
      rows: grids.plain(g.rows.image), columns: grids.plain(g.columns.image), room: Math.min(520, grids.roomFor($("overlap").parentElement)), largest: Math.max(18, Math.min(40, Math.floor((window.innerHeight - 440) / g.rows.image) - 3)), caption: `Taps at each pixel of ${target}`,
      make: (row, column) => {
        const count = counts[row.at * g.columns.image + column.at], share = count / most;
        const cell = element("span", { class: "cell" }, String(count));
        cell.style.background = `rgb(var(--heat) / ${(0.06 + 0.84 * share).toFixed(3)})`;
        if (share > 0.6) cell.style.color = "var(--accent-ink)";
        return cell;
      },
    }));
  }

  // ---- Backward

  function buildBackward(act) {
    const { state, seen } = model, g = seen.worked.geometry, taps = geometry.taps(g), room = Math.min(560, grids.roomFor($("panel-backward")));
    const [one, other, product] = model.transposed() ? ["transposed convolution", "convolution", "C · dy"] : ["convolution", "transposed convolution", "Cᵀ · dy"];
    $("backward-text").textContent = `dx = ${product}: the gradient of a ${one} is the ${other}. dW sums x · dy over the places of each weight.`;
    gradients = { dx: [], dw: [] };
    const side = (name, { channels, size: [h, w] }, make) => grids.tiles(Array.from({ length: channels }, (_, c) =>
      grids.figure(name, channels === 1 ? `${h}×${w}` : `channel ${c}`, {
        rows: grids.plain(h), columns: grids.plain(w), room: grids.shareOf(room, channels, w), largest: 36, caption: `${name}${channels === 1 ? "" : ` channel ${c}`}`,
        make: (row, column) => make((c * h + row.at) * w + column.at),
      })));
    const kernels = grids.tiles(Array.from({ length: geometry.kernels(g) }, (_, kernel) =>
      grids.figure(model.kernelName(kernel).replace("w", "dW"), `${g.rows.kernel}×${g.columns.kernel}`, {
        rows: grids.plain(g.rows.kernel), columns: grids.plain(g.columns.kernel), room, largest: 36, caption: "gradient of the kernel",
        make: (row, column) => {
          const tap = row.at * g.columns.kernel + column.at, cell = element("span", { class: "cell" }, format(seen.worked.dw[kernel * taps + tap]));
          grids.paintTap(cell, tap);
          return (gradients.dw[kernel * taps + tap] = cell);
        },
      })));
    const dy = { ...model.sides.y(), name: "dy" };
    $("gradients").replaceChildren(
      side("dy", dy, index => grids.numberCell("dy", index, model.named(index, dy), act.change)),
      side("dx", model.sides.x(), index => (gradients.dx[index] = element("span", { class: "cell" }, format(seen.worked.dx[index])))),
      kernels);
  }

  // ---- Several ways, one y

  const waysNow = () => worked.ways(model.state.settings, model.seen.worked.geometry, model.seen.worked.entries, model.state.x, model.state.w);

  function buildWays(act) {
    const ways = waysNow(), { channels, size: [h, w] } = model.sides.y();
    if (model.state.isOwn) ways.push([model.transposed() ? "MiniGan's ConvTranspose2D" : "MiniGan's Conv2D", model.data.expected.y]);
    $("ways-text").textContent = `y, computed in ${ways.length} ways, each by arithmetic of its own. Point at a number of any of them.`;
    wayCells = [];
    $("ways").replaceChildren(...ways.map(([name, values]) => grids.tiles(Array.from({ length: channels }, (_, c) => {
      const figure = grids.figure(name, channels === 1 ? "" : ` channel ${c}`, {
        rows: grids.plain(h), columns: grids.plain(w), room: Math.min(270, grids.roomFor($("ways").parentElement)), largest: 34, caption: `y by ${name}${channels === 1 ? "" : `, channel ${c}`}`,
        make: (row, column) => {
          const index = (c * h + row.at) * w + column.at, cell = element("span", { class: "cell" }, format(values[index]));
          cell.addEventListener("pointerenter", event => { if (event.pointerType === "mouse" && !model.state.pinned) act.inspect(index); });
          cell.addEventListener("pointerleave", event => { if (event.pointerType === "mouse" && !model.state.pinned) act.inspect(null); });
          cell.addEventListener("click", () => act.pin(index));
          wayCells.push({ cell, index });
          return cell;
        },
      });
      return figure;
    }))));
  }

  function tellAgreement() {
    const { state, seen } = model, { y, dx, dw } = seen.worked, { agree } = numerals;
    const magnitude = worked.magnitudes(state.settings, state.x, state.w, state.dy), ways = waysNow();
    let holds = ways.every(([, values]) => agree(values, y, magnitude.y));
    const names = ways.map(([name]) => name);
    if (state.isOwn) {
      const { expected } = model.data;
      holds = holds && agree(y, expected.y, magnitude.y) && agree(dx, expected.dx, magnitude.dx) && agree(dw, expected.dw, magnitude.dw);
      names.push(`MiniGan's ${model.transposed() ? "ConvTranspose2D" : "Conv2D"}`);
    }
    $("agreement").classList.toggle("broken", !holds);
    $("agreement").textContent = holds
      ? `✓ ${names.join(", ").replace(/, ([^,]*)$/, " and $1")} agree in all ${y.length} numbers of y.`
      : `✗ The views disagree. Please report this: ${JSON.stringify(state.settings)}`;
  }

  // A number has changed: what follows from it changes in place.
  function refresh(act) {
    for (const [list, values] of [[gradients.dx, model.seen.worked.dx], [gradients.dw, model.seen.worked.dw]]) {
      list.forEach((cell, i) => grids.say(cell, format(values[i])));
    }
    if (model.state.panel === "ways") buildWays(act);
    tellAgreement();
  }

  function paint() {
    if (flipping === null) drawMatrix();
    const { side, index } = model.focus();
    for (const { cell, index: own } of wayCells) cell.classList.toggle("active", side === "y" && own === index);
  }

  // act: { inspect(index), pin(index), panel(name) }
  function wire(act) {
    for (const tab of TABS) $(`tab-${tab}`).addEventListener("click", () => act.panel(tab));
    $("tabs").addEventListener("keydown", event => {
      const way = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!way) return;
      const next = TABS[(TABS.indexOf(model.state.panel) + way + TABS.length) % TABS.length];
      act.panel(next);
      $(`tab-${next}`).focus();
      event.preventDefault();
    });
    const canvas = $("matrix"), isMouse = event => event.pointerType === "mouse" && !model.state.pinned;
    canvas.addEventListener("pointermove", event => { if (isMouse(event) && placeAt(event) !== model.state.inspected) act.inspect(placeAt(event)); });
    canvas.addEventListener("pointerleave", event => { if (isMouse(event) && model.state.inspected !== null) act.inspect(null); });
    canvas.addEventListener("click", event => act.pin(placeAt(event)));
    $("flip").addEventListener("click", () => flip());
  }

  return { build, paint, refresh, wire, flip, drawMatrix };
})();
