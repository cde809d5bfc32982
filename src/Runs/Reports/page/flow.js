// From z to the picture: the maps of each layer from left to right, played in order, and what made the number that is pointed at.
const flow = (() => {
  const { element, svg, icon, panel } = dom;
  const MOST_MAPS = 12,
    FEWER_MAPS = 8,
    MANY_STAGES = 6,
    TILE = 60,
    PICTURE = 196,
    SECONDS_A_LAYER = 0.9;

  // own: the generator; name: the run's. update(seen) shows what trace.of gives.
  function create(own, name) {
    const row = element("div", { class: "scroll flow-row", tabindex: "0", role: "group", "aria-label": "The maps of each layer; scrolls" });
    const cell = cellView.create(own, name);
    let columns = [],
      seen = null,
      chosen = null,
      isPinned = false,
      timer = null;

    // ---- The maps

    // A stage's channels as tiles of one canvas, a pixel per number and one between tiles; the picture as itself.
    function column(stage, number, count) {
      const {
          shape: [channels, height = 1, width = 1],
          layer,
        } = stage,
        isPicture = number === count - 1;
      const most = count > MANY_STAGES ? FEWER_MAPS : MOST_MAPS,
        shown = height === 1 ? [0] : isPicture ? [0] : trace.strongest(stage, most);
      const [h, w] = height === 1 ? [Math.ceil(channels / 8), Math.min(channels, 8)] : [height, width];
      const across = Math.min(shown.length, count > MANY_STAGES ? 2 : 3);
      const canvas = element("canvas", {
        width: across * (w + 1) - 1,
        height: Math.ceil(shown.length / across) * (h + 1) - 1,
        tabindex: "0",
        role: "group",
        "aria-label": "",
      });
      const scale = Math.max(1, Math.round((isPicture ? PICTURE : TILE) / Math.max(h, w))),
        frames = svg("svg", { class: "frames", viewBox: `0 0 ${canvas.width} ${canvas.height}`, "aria-hidden": "true" });
      canvas.style.width = `${canvas.width * scale}px`;
      const made = { number, stage, shown, h, w, across, canvas, frames, isPicture, isFlat: height === 1, channels };
      const size = height === 1 ? `${channels}` : `${channels}×${height}×${width}`;
      const rest = channels - shown.length;
      made.node = element(
        "figure",
        { class: "flow-column" },
        element(
          "figcaption",
          {},
          element("b", {}, number === 0 ? "z" : size),
          element("small", {}, number === 0 ? `${size} numbers` : words(layer)),
        ),
        element("div", { class: "tiles" }, canvas, frames),
        rest > 0 && !isPicture && height > 1 ? element("small", { class: "more" }, `and ${rest} more`) : null,
      );
      canvas.setAttribute("aria-label", `${number === 0 ? "z" : `Layer ${number}, ${size}`}. Arrow keys move from number to number.`);
      listen(made);
      return made;
    }

    const words = ({ type, kernel, stride }) =>
      kernel ? `${type} ${kernel.join("×")}${Math.max(...stride) > 1 ? `, stride ${stride[0]}` : ""}` : type;

    // Black is 0; what is positive is white, what is negative blue, the stronger the brighter.
    function paint({ stage: { map }, shown, h, w, across, canvas, isPicture, isFlat, channels }) {
      const context = canvas.getContext("2d", { willReadFrequently: true });
      if (isPicture) return context.putImageData(new ImageData(own.pixels(map), w, h), 0, 0);
      const image = context.createImageData(canvas.width, canvas.height);
      let largest = 1e-9;
      for (const value of map) largest = Math.max(largest, Math.abs(value));
      shown.forEach((channel, tile) => {
        const top = Math.floor(tile / across) * (h + 1),
          left = (tile % across) * (w + 1);
        for (let y = 0; y < h; y++) {
          for (let x = 0; x < w; x++) {
            const i = isFlat ? y * w + x : (y * w + x) * channels + channel;
            if (i >= map.length) continue;
            const level = 255 * Math.sqrt(Math.abs(map[i]) / largest),
              at = 4 * ((top + y) * canvas.width + left + x);
            image.data.set(map[i] >= 0 ? [level, level, level, 255] : [level * 0.25, level * 0.55, level, 255], at);
          }
        }
      });
      context.putImageData(image, 0, 0);
    }

    // ---- The number that is pointed at: { number of the stage, index in its map }

    // Where on the canvas a number of a channel is; null if that channel is not shown.
    function spot({ shown, h, w, across, isFlat, isPicture, channels }, index) {
      const channel = isFlat || isPicture ? 0 : index % channels,
        tile = shown.indexOf(channel),
        place = isFlat ? index : Math.floor(index / channels);
      return tile < 0 ? null : [(tile % across) * (w + 1) + (place % w), Math.floor(tile / across) * (h + 1) + Math.floor(place / w)];
    }

    function indexAt({ shown, h, w, across, isFlat, stage, channels }, x, y) {
      const tile = Math.floor(y / (h + 1)) * across + Math.floor(x / (w + 1)),
        place = (y % (h + 1)) * w + (x % (w + 1));
      if (x < 0 || y < 0 || x % (w + 1) === w || y % (h + 1) === h || Math.floor(x / (w + 1)) >= across || tile >= shown.length)
        return null;
      const index = isFlat ? place : place * channels + shown[tile];
      return index < stage.map.length ? index : null;
    }

    function choose(next) {
      chosen = next;
      tell();
    }

    function listen(made) {
      const at = event => {
        const box = made.canvas.getBoundingClientRect(),
          scale = box.width / made.canvas.width;
        return indexAt(made, Math.floor((event.clientX - box.left) / scale), Math.floor((event.clientY - box.top) / scale));
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
        const from = chosen?.number === made.number ? spot(made, chosen.index) : null;
        let [x, y] = from ?? [Math.floor(made.w / 2), Math.floor(made.h / 2)];
        if (from) [x, y] = [x + step[0], y + step[1]];
        if (indexAt(made, x, y) === null) [x, y] = [x + step[0], y + step[1]]; // over the line between two maps
        const index = indexAt(made, x, y);
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
        place = spot(made, chosen.index),
        before = columns[chosen.number - 1];
      const frame = (kind, [x, y], [width, height]) => svg("rect", { class: kind, x, y, width, height });
      if (place) made.frames.append(frame("own", place, [1, 1]));
      const told = stage.layer ? trace.explain(stage, chosen.index, own.take) : null;
      if (told && stage.layer.type !== "Linear" && stage.x.length === before.stage.map.length) {
        const all = told.channels.flatMap(({ products }) => products.slice(0, 1).concat(products.slice(-1)));
        for (const channel of before.shown) {
          const spots = all.filter(product => product.channel === channel).map(({ at }) => spot(before, at * before.channels + channel));
          if (spots.length === 2) {
            const [left, top] = [0, 1].map(k => Math.min(spots[0][k], spots[1][k])),
              [right, low] = [0, 1].map(k => Math.max(spots[0][k], spots[1][k]));
            before.frames.append(frame("reached", [left, top], [right - left + 1, low - top + 1]));
          }
        }
      }
      cell.update({ stage, number: chosen.number, index: chosen.index, told });
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
        "Each column is what a layer made of the one before it: black is 0, white positive, blue negative. Point at a number, or move to it by the arrow keys, to see what made it; a click holds it.",
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
          columns = seen.stages.map((stage, i) => column(stage, i, seen.stages.length));
          row.replaceChildren(...columns.map(made => made.node));
          slider.max = columns.length - 1;
          showUpTo(last);
        }
        columns.forEach((made, i) => {
          made.stage = seen.stages[i];
          paint(made);
        });
        tell();
      },
    };
  }

  return { create };
})();
