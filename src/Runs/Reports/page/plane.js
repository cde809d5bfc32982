// A map of the plane along the two strongest directions: small pictures of it, and a mark that is dragged, or moved by arrow keys.
const plane = (() => {
  const { element } = dom;
  const LARGE = 48,
    STEP = 0.2;

  // The places of the tiles along an axis from −reach to reach: the middles of so many equal parts.
  const places = (tiles, reach) => Array.from({ length: tiles }, (_, i) => (((i + 0.5) / tiles) * 2 - 1) * reach);

  // onmove(right, up) when the mark is moved.
  function create({ width, height, reach, onmove }) {
    const tiles = Math.max(width, height) > LARGE ? 5 : 7;
    const canvas = element("canvas", {
      class: "plane",
      width: tiles * width,
      height: tiles * height,
      tabindex: "0",
      role: "group",
      "aria-label": "Map of the two strongest directions. Arrow keys move the mark.",
    });
    const mark = element("div", { class: "mark", "aria-hidden": "true" }),
      said = element("output", { class: "note", "aria-live": "polite" });
    const node = element(
      "figure",
      { class: "map" },
      element("div", { class: "map-area" }, canvas, mark),
      element("figcaption", {}, "The two strongest directions: drag the mark. ", said),
    );
    const context = canvas.getContext("2d", { willReadFrequently: true });
    let at = [0, 0],
      drawn = null,
      isDragged = false;

    const kept = value => Math.round(10 * Math.min(reach, Math.max(-reach, value))) / 10;
    const move = (right, up) => onmove(kept(right), kept(up));

    function pointed(event) {
      const box = canvas.getBoundingClientRect();
      move((((event.clientX - box.left) / box.width) * 2 - 1) * reach, (1 - ((event.clientY - box.top) / box.height) * 2) * reach);
    }

    canvas.addEventListener("pointerdown", event => {
      if (event.button !== 0) return;
      canvas.setPointerCapture(event.pointerId);
      isDragged = true;
      pointed(event);
    });
    canvas.addEventListener("pointermove", event => {
      if (isDragged) pointed(event);
    });
    for (const kind of ["pointerup", "pointercancel"])
      canvas.addEventListener(kind, () => {
        isDragged = false;
      });
    canvas.addEventListener("keydown", event => {
      const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1], Home: null }[event.key];
      if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      event.stopPropagation();
      if (step) move(at[0] + step[0] * STEP, at[1] + step[1] * STEP);
      else move(0, 0);
    });

    return {
      node,
      // Where the mark is.
      set(right, up) {
        at = [right, up];
        mark.style.left = `${(right / reach + 1) * 50}%`;
        mark.style.top = `${(1 - up / reach) * 50}%`;
        said.textContent = `${right.toFixed(1)}, ${up.toFixed(1)}`;
      },
      // The work of drawing it, where pixelsAt(right, up) are; none if it is drawn as key tells already.
      jobs(key, pixelsAt) {
        if (key === drawn) return [];
        drawn = null; // from now on a mixture, until all is done
        const along = places(tiles, reach),
          middle = (tiles - 1) / 2;
        const all = along.flatMap((up, row) => along.map((right, column) => ({ up: -up, right, row, column })));
        all.sort((a, b) => Math.hypot(a.row - middle, a.column - middle) - Math.hypot(b.row - middle, b.column - middle));
        return [
          ...all.map(
            ({ up, right, row, column }) =>
              () =>
                context.putImageData(new ImageData(pixelsAt(right, up), width, height), column * width, row * height),
          ),
          () => {
            drawn = key;
          },
        ];
      },
    };
  }

  return { create, places };
})();
