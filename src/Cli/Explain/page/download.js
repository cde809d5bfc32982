// Pictures of what is seen, to keep: the still as SVG or PNG, the steps or the flip as an animated PNG; in light or dark.
const download = (() => {
  const { $, element } = dom,
    SCALE = 2,
    STEP = 900,
    LAST = 2400,
    FLIP_FRAMES = 24,
    FLIP_FRAME = 70,
    HOLD = 1200,
    MOST_FRAMES = 120;

  const themeOf = () => colours.theme(document.querySelector("[name=picture-theme]:checked").value);

  const save = (blob, ending) => dom.save(blob, `${model.transposed() ? "transposed-convolution" : "convolution"}${ending}`);

  function svg() {
    const { width, height, draw } = still.figure(themeOf()),
      target = surface.onSvg(width, height);
    draw(target);
    save(new Blob([String(target)], { type: "image/svg+xml" }), ".svg");
  }

  function raster({ width, height, draw }) {
    const canvas = element("canvas"),
      scale = Math.min(SCALE, 8000 / Math.max(width, height));
    [canvas.width, canvas.height] = [Math.ceil(width * scale), Math.ceil(height * scale)];
    const context = canvas.getContext("2d");
    context.scale(scale, scale);
    draw(surface.onCanvas(context));
    return new Promise(resolve => canvas.toBlob(resolve, "image/png"));
  }

  const bytesOf = async blob => new Uint8Array(await blob.arrayBuffer());

  async function png() {
    save(await raster(still.figure(themeOf())), ".png");
  }

  // Every step, and at the end the whole. The model is put to each step and back before anything else can look at it.
  function stepFigures() {
    const { state } = model,
      theme = themeOf(),
      kept = { step: state.step, inspected: state.inspected, pinned: state.pinned },
      frames = [];
    Object.assign(state, { inspected: null, pinned: false });
    const count = model.stepCount(),
      every = Math.ceil(count / MOST_FRAMES);
    for (let step = 0; step < count; step += every) {
      state.step = step;
      frames.push([drawn(still.figure(theme)), STEP]);
    }
    Object.assign(state, kept);
    frames.push([drawn(still.figure(theme, { whole: true })), LAST]);
    return frames;
  }

  // What a figure draws is recorded at once, so that it can be painted later.
  function drawn({ width, height, draw }) {
    const calls = [],
      record =
        name =>
        (...values) =>
          calls.push([name, values]);
    draw({ rect: record("rect"), polygon: record("polygon"), text: record("text") });
    return { width, height, draw: s => calls.forEach(([name, values]) => s[name](...values)) };
  }

  function flipFigures() {
    const theme = themeOf(),
      frames = [[drawn(still.figure(theme, { way: 0 })), HOLD]];
    for (let i = 1; i < FLIP_FRAMES; i++) frames.push([drawn(still.figure(theme, { way: i / FLIP_FRAMES })), FLIP_FRAME]);
    frames.push([drawn(still.figure(theme, { whole: true })), LAST]);
    return frames;
  }

  async function animation(frames, ending) {
    const stills = [];
    for (const [figure] of frames) stills.push(await bytesOf(await raster(figure)));
    save(
      new Blob(
        [
          apng.of(
            stills,
            frames.map(([, time]) => time),
          ),
        ],
        { type: "image/apng" },
      ),
      ending,
    );
  }

  function wire() {
    const doing = {
      "save-svg": svg,
      "save-png": png,
      "save-steps": () => animation(stepFigures(), "-steps.apng"),
      "save-flip": () => animation(flipFigures(), "-flip.apng"),
    };
    const menu = $("save"),
      shut = () => {
        menu.open = false;
        menu.querySelector("summary").focus();
      };
    for (const [id, work] of Object.entries(doing)) {
      $(id).addEventListener("click", async () => {
        $(id).disabled = true;
        await work();
        $(id).disabled = false;
        shut();
      });
    }
    $("print").addEventListener("click", () => {
      shut();
      window.print();
    });
    menu.addEventListener("toggle", () => {
      if (menu.open) document.querySelector(`[name=picture-theme][value=${colours.isDark() ? "dark" : "light"}]`).checked = true;
    });
    document.addEventListener("click", event => {
      if (!menu.contains(event.target)) menu.open = false;
    });
    menu.addEventListener("keydown", event => {
      if (event.key !== "Escape" || !menu.open) return;
      shut();
      event.stopPropagation();
    });
  }

  return { wire };
})();
