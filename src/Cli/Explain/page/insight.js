// The panel beside the grids, one tab at a time: the matrices, the overlaps, the backward pass, and whether all ways to y agree.
const insight = (() => {
  const { $ } = dom,
    TABS = ["matrix", "overlap", "backward", "ways"];
  const FLIP_SECONDS = 2.2;
  let drawn = null,
    flipping = null,
    shows = "both",
    isUnflipped = false;

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
    if (model.state.panel === "overlap") overlap.build();
    if (model.state.panel === "backward") backward.build(act);
    if (model.state.panel === "ways") ways.build(act);
    ways.tell();
  }

  // ---- C and Cᵀ

  function buildMatrixText() {
    const g = model.seen.worked.geometry,
      [rows, columns] = [geometry.mapCount(g), geometry.imageCount(g)];
    const [x, y, name] = model.transposed() ? ["y", "x", "Cᵀ"] : ["x", "y", "C"];
    $("matrix-text").textContent =
      `C[i, j] is the weight between ${y}[i] and ${x}[j], 0 if they never meet. ` +
      `y = ${name} · x, with the rows of x, one after another, as one column.`;
    $("matrix").setAttribute(
      "aria-label",
      `C, ${rows} by ${columns}, and its transpose, ${columns} by ${rows}: ${model.seen.worked.entries.length} weights, ` +
        `the rest zeros. y is ${name} times x.`,
    );
    $("flip").hidden = model.state.panel !== "matrix" || shows === "rows" || (shows === "C" && !model.transposed());
  }

  function drawMatrix(way = null) {
    if (model.state.panel !== "matrix" || shows === "nothing") return;
    const canvas = $("matrix"),
      room = $("matrix-scroll").clientWidth,
      L = matrices.layout(room, shows, Math.max(290, window.innerHeight - 430));
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
    const begun = performance.now(),
      length = isReduced() ? 0 : FLIP_SECONDS * 1000;
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

  // A number has changed: what follows from it changes in place.
  function refresh(act) {
    backward.refresh();
    if (model.state.panel === "ways") ways.build(act);
    ways.tell();
  }

  function paint() {
    if (flipping === null) drawMatrix();
    ways.paint();
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
    const canvas = $("matrix"),
      isMouse = event => event.pointerType === "mouse" && !model.state.pinned;
    canvas.addEventListener("pointermove", event => {
      if (isMouse(event) && placeAt(event) !== model.state.inspected) act.inspect(placeAt(event));
    });
    canvas.addEventListener("pointerleave", event => {
      if (isMouse(event) && model.state.inspected !== null) act.inspect(null);
    });
    canvas.addEventListener("click", event => act.pin(placeAt(event)));
    $("flip").addEventListener("click", () => flip());
  }

  return { build, paint, refresh, wire, flip };
})();
