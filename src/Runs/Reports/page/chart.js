// Charts of lines over steps. Those that share a view are zoomed together and have one cursor.
const chart = (() => {
  const MARGIN = { left: 46, right: 10, top: 10, bottom: 24 }, DRAG = 6;

  // What part of the steps is seen, where the cursor is, and how much is smoothed away.
  function createView() {
    const listeners = [];
    const view = {
      low: 0, high: 1, full: [0, 1], cursor: null, marker: null, smoothing: 0.35, isLog: false,
      listen: listener => listeners.push(listener),
      changed: () => listeners.forEach(listener => listener()),
      get zoomed() { return view.low > view.full[0] || view.high < view.full[1]; },
      setFull(low, high) {
        const wasZoomed = view.zoomed;
        view.full = [low, Math.max(high, low + 1)];
        if (!wasZoomed) [view.low, view.high] = view.full;
      },
      zoomTo(low, high) {
        const [first, last] = view.full, least = Math.min(last - first, 4);
        const size = Math.min(Math.max(high - low, least), last - first);
        view.low = Math.min(Math.max(low, first), last - size);
        view.high = view.low + size;
        view.changed();
      },
      zoomBy(factor) {
        const middle = view.cursor !== null && view.cursor >= view.low && view.cursor <= view.high ? view.cursor : (view.low + view.high) / 2;
        view.zoomTo(middle - (middle - view.low) * factor, middle + (view.high - middle) * factor);
      },
      reset() { view.zoomTo(...view.full); },
      set(changes) { Object.assign(view, changes); view.changed(); },
    };
    return view;
  }

  const points = list => list.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L");
  const path = pieces => pieces.map(piece => `M${points(piece)}`).join("");
  const band = (upper, lower) => upper.map((piece, i) => `M${points(piece)}L${points([...(lower[i] ?? [])].reverse())}Z`).join("");

  // title; view; height; unit of the values; onpick(step) when a point of time is clicked.
  function create({ title, view, height = 210, show = format.number, onpick = () => {} }) {
    const { element, svg } = dom;
    const legend = element("div", { class: "legend" });
    const picture = svg("svg", { class: "chart", height, tabindex: "0", role: "group", "aria-label": `${title}. Arrow keys move the cursor, plus and minus zoom, 0 shows all.` });
    const node = element("figure", { class: "plot" }, element("figcaption", {}, element("b", {}, title), legend), picture);
    const over = svg("g"); // what follows the pointer
    let all = [], references = [], width = 0, drag = null, smoothed = [], smoothedBy = null, drawn = null;

    const right = () => width - MARGIN.right, bottom = height - MARGIN.bottom;
    const toX = step => MARGIN.left + (step - view.low) / (view.high - view.low) * (right() - MARGIN.left);
    const toStep = x => view.low + (x - MARGIN.left) / (right() - MARGIN.left) * (view.high - view.low);
    const at = event => Math.min(Math.max(event.clientX - picture.getBoundingClientRect().left, MARGIN.left), right());

    // Lines are drawn anew only when they change; the pointer moves often.
    function draw() {
      if (width === 0) return;
      const state = `${view.low} ${view.high} ${view.smoothing} ${view.isLog} ${width}`;
      if (state !== drawn) {
        drawn = state;
        drawLines();
      }
      over.replaceChildren();
      const vertical = (kind, step) => step < view.low || step > view.high ? [] : [svg("line", { class: kind, x1: toX(step), x2: toX(step), y1: MARGIN.top, y2: bottom })];
      if (view.marker !== null) over.append(...vertical("marker", view.marker));
      if (view.cursor !== null) over.append(...vertical("cursor", view.cursor));
      if (drag) over.append(svg("rect", { class: "selection", x: Math.min(drag.from, drag.to), y: MARGIN.top, width: Math.abs(drag.to - drag.from), height: bottom - MARGIN.top }));
      tell();
    }

    function drawLines() {
      picture.replaceChildren();
      picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
      if (smoothedBy !== view.smoothing) {
        smoothedBy = view.smoothing;
        smoothed = all.map(line => ({ ...line, seen: line.plain ? line.mean : curves.smooth(line.mean, view.smoothing) }));
      }
      const isLog = view.isLog && curves.isPositive(all, view.low, view.high);
      const axis = value => isLog ? Math.log10(value) : value, back = value => isLog ? 10 ** value : value;
      const lined = isLog ? smoothed.map(curves.logarithm) : smoothed, [low, high] = curves.extent(lined, view.low, view.high, isLog);
      const toY = value => bottom - (value - low) / (high - low) * (bottom - MARGIN.top);

      for (const value of (isLog ? curves.logTicks : curves.ticks)(low, high, 4)) {
        const y = toY(axis(value));
        picture.append(svg("line", { class: "rule", x1: MARGIN.left, x2: right(), y1: y, y2: y }),
          svg("text", { class: "tick", x: MARGIN.left - 7, y: y + 4, "text-anchor": "end" }, show(value)));
      }
      for (const x of curves.ticks(view.low, view.high, width / 75)) {
        if (Number.isInteger(x)) picture.append(svg("text", { class: "tick", x: toX(x), y: height - 6, "text-anchor": toX(x) > right() - 18 ? "end" : "middle" }, format.count(x)));
      }

      for (const { value, label } of references.filter(reference => axis(reference.value) > low && axis(reference.value) < high)) {
        const y = toY(axis(value));
        picture.append(svg("line", { class: "reference", x1: MARGIN.left, x2: right(), y1: y, y2: y }),
          svg("text", { class: "tick reference-label", x: right(), y: y - 4, "text-anchor": "end" }, label));
      }

      const lines = svg("g");
      picture.append(lines);
      for (const line of lined) {
        const pieces = values => curves.pieces(line.x, values, [view.low, view.high], [low, high])
          .map(piece => piece.map(([along, up, isOwn]) => [MARGIN.left + along * (right() - MARGIN.left), bottom - up * (bottom - MARGIN.top), isOwn]));
        const stroke = { style: `--line-colour: ${line.colour}` }, seen = pieces(line.seen), dots = seen.flat().filter(([, , isOwn]) => isOwn);
        if (line.min && !line.quiet) lines.append(svg("path", { class: "band", d: band(pieces(line.max), pieces(line.min)), ...stroke }));
        if (line.seen !== line.mean && !line.quiet) lines.append(svg("path", { class: "raw", d: path(pieces(line.mean)), ...stroke }));
        lines.append(svg("path", { class: line.dashed ? "line dashed" : "line", d: path(seen), ...stroke }));
        // What is cut off has a mark at the edge.
        for (const [along, up, value] of curves.outside(line.x, line.mean, [view.low, view.high], [low, high], 8 / (right() - MARGIN.left))) {
          const x = MARGIN.left + along * (right() - MARGIN.left), [tip, foot] = up ? [MARGIN.top - 8, MARGIN.top - 1] : [bottom + 8, bottom + 1];
          lines.append(svg("path", { class: "beyond", d: `M${x - 4} ${foot}L${x + 4} ${foot}L${x} ${tip}Z`, ...stroke }, svg("title", {}, `${line.label} ${show(back(value))}`)));
        }
        if (dots.length <= 40) lines.append(...dots.map(([cx, cy]) => svg("circle", { class: "dot", cx, cy, r: 3, ...stroke })));
      }
      if (all.every(line => line.x.length === 0)) picture.append(svg("text", { class: "tick", x: (MARGIN.left + right()) / 2, y: height / 2, "text-anchor": "middle" }, "nothing yet"));
      picture.append(over);
    }

    // The values at the cursor, or the last ones.
    function tell() {
      legend.replaceChildren(...smoothed.map(line => {
        const i = line.x.length === 0 ? -1 : view.cursor === null ? line.x.length - 1 : curves.nearest(line.x, view.cursor);
        return element("span", { class: line.dashed ? "key dashed" : "key", style: `--line-colour: ${line.colour}` }, element("i", { "aria-hidden": "true" }), line.label, element("b", {}, i < 0 ? "–" : show(line.seen[i])));
      }));
    }

    const moveCursor = step => view.set({ cursor: Math.round(Math.min(Math.max(step, view.low), view.high)) });
    picture.addEventListener("pointerdown", event => {
      if (event.button !== 0) return;
      picture.setPointerCapture(event.pointerId);
      drag = { from: at(event), to: at(event) };
    });
    picture.addEventListener("pointermove", event => {
      if (drag) drag.to = at(event);
      moveCursor(toStep(at(event)));
    });
    picture.addEventListener("pointerup", event => {
      if (!drag) return;
      const { from, to } = drag;
      drag = null;
      if (Math.abs(to - from) > DRAG) view.zoomTo(toStep(Math.min(from, to)), toStep(Math.max(from, to)));
      else { moveCursor(toStep(at(event))); onpick(view.cursor); }
    });
    picture.addEventListener("pointercancel", () => { drag = null; draw(); });
    picture.addEventListener("pointerleave", () => { if (!drag) view.set({ cursor: null }); });
    picture.addEventListener("dblclick", () => view.reset());
    picture.addEventListener("blur", () => view.set({ cursor: null }));
    picture.addEventListener("keydown", event => {
      const step = (view.high - view.low) / 50, from = view.cursor ?? (view.low + view.high) / 2;
      const actions = { ArrowLeft: () => moveCursor(from - step), ArrowRight: () => moveCursor(from + step), "+": () => view.zoomBy(0.6), "=": () => view.zoomBy(0.6), "-": () => view.zoomBy(1 / 0.6), 0: () => view.reset(), Enter: () => onpick(view.cursor ?? from) };
      if (!actions[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      event.stopPropagation();
      actions[event.key]();
    });

    new ResizeObserver(([entry]) => { width = Math.round(entry.contentRect.width); draw(); }).observe(picture);
    view.listen(draw);
    return { node, update(lines, marks = []) { [all, references, drawn, smoothedBy] = [lines, marks, null, null]; draw(); } };
  }

  // Zoom and smoothing of a view.
  function createTools(view) {
    const { element, button, slider } = dom;
    const all = button("Show all", () => view.reset());
    view.listen(() => { all.disabled = !view.zoomed; });
    all.disabled = true;
    const log = element("input", { type: "checkbox", onchange: () => view.set({ isLog: log.checked }) });
    return element("div", { class: "tools" },
      slider("Smoothing", { min: 0, max: 1, step: 0.05, value: view.smoothing }, value => value === 0 ? "off" : `${Math.round(100 * value)} %`, smoothing => view.set({ smoothing })).node,
      element("label", { class: "check" }, log, "Log axis"),
      element("div", { class: "zoom", role: "group", "aria-label": "Zoom" }, button("Zoom out", () => view.zoomBy(1 / 0.6), "−"), button("Zoom in", () => view.zoomBy(0.6), "+"), all));
  }

  return { createView, create, createTools };
})();
