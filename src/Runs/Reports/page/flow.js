// From z to the picture: the maps of each layer from left to right, played in order, and what made the number that is pointed at.
const flow = (() => {
  const { element, svg, icon, panel } = dom;
  const SECONDS_A_LAYER = 0.9;

  // name: the run's. update(seen) shows what trace.of gives.
  function create(name) {
    const row = element("div", { class: "scroll flow-row", tabindex: "0", role: "group", "aria-label": "The maps of each layer; scrolls" });
    const cell = cellView.create(name);
    let columns = [],
      seen = null,
      chosen = null,
      isPinned = false,
      timer = null;

    // ---- The number that is pointed at: { number of the stage, index in its map }

    function choose(next) {
      chosen = next;
      tell();
    }

    function listen(made) {
      const at = event => {
        const box = made.canvas.getBoundingClientRect(),
          scale = box.width / made.canvas.width;
        return maps.indexAt(made, Math.floor((event.clientX - box.left) / scale), Math.floor((event.clientY - box.top) / scale));
      };
      made.canvas.addEventListener("pointermove", event => {
        const index = at(event);
        if (!isPinned && index !== null && event.pointerType === "mouse") choose({ number: made.number, index });
      });
      made.canvas.addEventListener("click", event => {
        const index = at(event);
        if (index === null) return;
        isPinned = !isPinned || chosen?.number !== made.number || chosen.index !== index;
        choose({ number: made.number, index });
      });
      made.canvas.addEventListener("keydown", event => {
        if (event.key === "Escape") {
          isPinned = false;
          return;
        }
        const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
        if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        event.stopPropagation();
        const from = chosen?.number === made.number ? maps.spot(made, chosen.index) : null;
        let [x, y] = from ?? [Math.floor(made.w / 2), Math.floor(made.h / 2)];
        if (from) [x, y] = [x + step[0], y + step[1]];
        if (maps.indexAt(made, x, y) === null) [x, y] = [x + step[0], y + step[1]]; // over the line between two maps
        const index = maps.indexAt(made, x, y);
        if (index === null) return;
        isPinned = true;
        choose({ number: made.number, index });
      });
    }

    // Frames the number, and in the column before it what it was made of.
    function tell() {
      for (const { frames } of columns) frames.replaceChildren();
      if (!chosen || !seen) return cell.update(null);
      const made = columns[chosen.number],
        { stage } = made,
        place = maps.spot(made, chosen.index),
        before = columns[chosen.number - 1];
      const frame = (kind, [x, y], [width, height]) => svg("rect", { class: kind, x, y, width, height });
      if (place) made.frames.append(frame("own", place, [1, 1]));
      const told = stage.layer ? trace.explain(stage, chosen.index, seen.own.take) : null;
      if (told && stage.layer.type !== "Linear" && stage.x.length === before.stage.map.length) {
        const all = told.channels.flatMap(({ products }) => products.slice(0, 1).concat(products.slice(-1)));
        for (const channel of before.shown) {
          const spots = all
            .filter(product => product.channel === channel)
            .map(({ at }) => maps.spot(before, at * before.channels + channel));
          if (spots.length === 2) {
            const [left, top] = [0, 1].map(k => Math.min(spots[0][k], spots[1][k])),
              [right, low] = [0, 1].map(k => Math.max(spots[0][k], spots[1][k]));
            before.frames.append(frame("reached", [left, top], [right - left + 1, low - top + 1]));
          }
        }
      }
      cell.update({ own: seen.own, stage, number: chosen.number, index: chosen.index, told });
    }

    // ---- The layers in order

    const slider = element("input", {
      type: "range",
      class: "time",
      min: 0,
      max: 1,
      step: 1,
      value: 0,
      "aria-label": "Up to layer",
      oninput: () => {
        pause();
        showUpTo(slider.valueAsNumber);
      },
    });
    const count = element("output", { class: "count" });
    const play = element(
      "button",
      {
        type: "button",
        class: "primary",
        "aria-label": "Play the layers",
        "aria-pressed": "false",
        onclick: () => (timer === null ? start() : pause()),
      },
      icon(["M7 4l13 8-13 8z", "when-paused"], ["M6 4h4v16H6zM14 4h4v16h-4z", "when-playing"]),
    );

    function showUpTo(last) {
      columns.forEach(({ node, number }) => {
        node.classList.toggle("later", number > last);
        node.classList.toggle("now", number === last && timer !== null);
      });
      slider.value = last;
      count.textContent = last === 0 ? "z" : `layer ${last} of ${columns.length - 1}`;
      slider.setAttribute("aria-valuetext", count.textContent);
      if (timer !== null)
        row.scrollTo({ left: columns[last].node.offsetLeft + columns[last].node.offsetWidth - row.clientWidth, behavior: "smooth" });
    }

    function start() {
      timer = setInterval(() => {
        if (slider.valueAsNumber >= columns.length - 1) return pause();
        showUpTo(slider.valueAsNumber + 1);
      }, 1000 * SECONDS_A_LAYER);
      play.setAttribute("aria-pressed", "true");
      showUpTo(0);
    }

    function pause() {
      clearInterval(timer);
      timer = null;
      play.setAttribute("aria-pressed", "false");
      showUpTo(slider.valueAsNumber);
    }

    const node = panel(
      "flow",
      "From z to picture",
      element(
        "p",
        {},
        "Each column is what a layer made of the one before it: black is 0, white positive, blue negative. Point at a number, or move " +
          "to it by the arrow keys, to see what made it; a click holds it.",
      ),
      element("div", { class: "player" }, play, slider, count),
      row,
      cell.node,
    );

    return {
      node,
      stop: pause,
      // again: another seed or label; of each layer the maps that are strongest then are shown from there on.
      update(next, again = false) {
        seen = next;
        if (again || columns.length !== seen.stages.length) {
          const last = columns.length === seen.stages.length ? slider.valueAsNumber : seen.stages.length - 1;
          columns = seen.stages.map((stage, i) => maps.create(stage, i, seen.stages.length));
          columns.forEach(listen);
          row.replaceChildren(...columns.map(made => made.node));
          slider.max = columns.length - 1;
          showUpTo(last);
        }
        columns.forEach((made, i) => {
          made.stage = seen.stages[i];
          maps.paint(seen.own, made);
        });
        tell();
      },
    };
  }

  return { create };
})();
