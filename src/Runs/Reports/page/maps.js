// The maps of a stage on the way from z to the picture: channels as tiles of one canvas.
const maps = (() => {
  const { element, svg } = dom;
  const MOST_MAPS = 12,
    FEWER_MAPS = 8,
    MANY_STAGES = 6,
    TILE = 60,
    PICTURE = 196;

  // A stage's channels as tiles of one canvas, a pixel per number and one between tiles; the picture as itself.
  function create(stage, number, count) {
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
    return made;
  }

  const words = ({ type, kernel, stride }) =>
    kernel ? `${type} ${kernel.join("×")}${Math.max(...stride) > 1 ? `, stride ${stride[0]}` : ""}` : type;

  // Black is 0; what is positive is white, what is negative blue, the stronger the brighter.
  function paint(own, { stage: { map }, shown, h, w, across, canvas, isPicture, isFlat, channels }) {
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
    if (x < 0 || y < 0 || x % (w + 1) === w || y % (h + 1) === h || Math.floor(x / (w + 1)) >= across || tile >= shown.length) return null;
    const index = isFlat ? place : place * channels + shown[tile];
    return index < stage.map.length ? index : null;
  }

  return { create, paint, spot, indexAt };
})();
