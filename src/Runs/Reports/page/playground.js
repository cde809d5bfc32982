// Pictures that the server draws, of a generator that the page cannot compute: on the way between two latent vectors, moved along latent
// directions, of a chosen digit.
const playground = (() => {
  const { element, button, slider, panel } = dom;
  const MOST_DIRECTIONS = 8, MOST_CLASSES = 256, WAY = 11, REACH = 4, LARGEST_SEED = Number.MAX_SAFE_INTEGER;

  const NOTHING = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="; // a transparent pixel

  // One request at a time; of those that come meanwhile only the last.
  function latest(work) {
    let running = false, next = null;
    return async function ask(value) {
      next = { value };
      if (running) return;
      running = true;
      while (next) {
        const { value: now } = next;
        next = null;
        await work(now);
      }
      running = false;
    };
  }

  function picture(kind, label) {
    const image = element("img", { class: `${kind} waiting`, alt: label, src: NOTHING }); // nothing looks broken while it is drawn
    return {
      image,
      async show(blob) {
        const old = image.src;
        image.src = URL.createObjectURL(blob);
        await image.decode().catch(() => {});
        image.classList.remove("waiting");
        if (old !== NOTHING) URL.revokeObjectURL(old);
      },
    };
  }

  // data: a run's; choice: { checkpoint, raw }, which may change; chooser: its controls; reason: why the page cannot compute it.
  function create(data, choice, chooser, reason) {
    // Whatever the configuration says: no more controls than there can be classes.
    const number = (value, most) => Number.isInteger(value) && value > 0 ? Math.min(value, most) : 0;
    const { labels: meaning } = data.configuration.gan, latentSize = number(data.configuration.gan.latentSize, MOST_DIRECTIONS), classes = number(data.configuration.gan.classes, MOST_CLASSES);
    const state = { from: 1, to: 2, t: 0, label: 0, offsets: Array(latentSize).fill(0) };
    const problem = element("p", { class: "error", role: "alert", hidden: true });
    const one = picture("one", "The picture at this place"), way = picture("way", "The way from the first picture to the second"), every = picture("every", "Every digit of this latent vector");
    let timer = null;

    const drawing = (at, labels, zoom = 1) => ({
      run: data.name, checkpoint: choice.checkpoint, from: state.from, to: state.to, at, zoom, raw: choice.raw, offsets: state.offsets.some(value => value !== 0) ? state.offsets : [],
      ...(classes > 0 ? { labels } : {}),
    });
    const drawings = {
      one: zoom => drawing([state.t], [state.label], zoom),
      way: zoom => drawing(Array.from({ length: WAY }, (_, i) => i / (WAY - 1)), [state.label], zoom),
      every: zoom => drawing([state.t], Array.from({ length: classes }, (_, i) => i), zoom),
    };

    async function attempt(body) {
      try {
        await body();
        problem.hidden = true;
      } catch (error) {
        problem.textContent = error.message;
        problem.hidden = false;
      }
    }

    const ask = latest(what => attempt(async () => {
      await one.show(await server.draw(drawings.one()));
      if (what !== "one") await way.show(await server.draw(drawings.way()));
      if (classes > 0) await every.show(await server.draw(drawings.every()));
    }));
    const keep = (name, what) => button(name, () => attempt(async () => dom.save(await server.draw(drawings[what](what === "one" ? 10 : 4)), `${data.name}-${what}-${state.from}-${state.to}.png`)));

    function seed(name, label) {
      const input = element("input", { type: "number", min: 0, max: LARGEST_SEED, step: 1, value: state[name], "aria-label": label });
      const set = value => { input.value = state[name] = value; ask(); };
      input.addEventListener("change", () => set(Math.min(Math.max(Math.trunc(input.valueAsNumber) || 0, 0), LARGEST_SEED)));
      return element("span", { class: "seed" }, element("span", {}, label), input, button(`Another ${label.toLowerCase()}`, () => set(Math.floor(Math.random() * 100000)), "↻"));
    }

    const place = slider("Place on the way", { min: 0, max: 1, step: 0.01, value: 0 }, value => `${Math.round(100 * value)} %`, value => { halt(); state.t = value; ask("one"); });
    const directions = state.offsets.map((_, i) => slider(`Direction ${i + 1}`, { min: -REACH, max: REACH, step: 0.1, value: 0 }, value => value.toFixed(1), value => { state.offsets[i] = value; ask(); }));

    function setOffsets(values) {
      values.forEach((value, i) => { state.offsets[i] = value; directions[i].set(value); });
      ask();
    }

    // Back and forth between the two.
    let forth = 1;
    const walk = button("Walk", () => timer === null ? start() : halt());
    function start() {
      walk.textContent = "Stop";
      timer = setInterval(() => {
        if (state.t >= 1) forth = -1;
        if (state.t <= 0) forth = 1;
        state.t = Math.min(1, Math.max(0, state.t + forth * 0.02));
        place.set(state.t);
        ask("one");
      }, 60);
    }
    function halt() {
      clearInterval(timer);
      timer = null;
      walk.textContent = "Walk";
    }

    const digits = element("div", { class: "digits", role: "radiogroup", "aria-label": "Digit" }, ...Array.from({ length: classes }, (_, i) =>
      element("label", {}, element("input", { type: "radio", name: "digit", value: i, checked: i === 0, onchange: () => { state.label = i; ask(); } }), element("span", {}, String(meaning?.[i] ?? i)))));

    way.image.addEventListener("click", event => { halt(); state.t = Math.round(100 * Math.min(1, Math.max(0, (event.offsetX / way.image.clientWidth * WAY - 0.5) / (WAY - 1)))) / 100; place.set(state.t); ask("one"); });

    const node = panel("playground", "Playground",
      element("p", {}, "The server draws these. The directions are those along which the pictures change most. ", reason), chooser,
      element("div", { class: "stage" },
        element("div", { class: "shown" }, one.image, element("div", { class: "buttons" }, keep("Save picture", "one"), keep("Save the way", "way"), classes > 0 ? keep("Save all digits", "every") : null)),
        element("div", { class: "controls" },
          classes > 0 ? digits : null,
          element("div", { class: "seeds" }, seed("from", "First seed"), seed("to", "Second seed")),
          element("div", { class: "place" }, place.node, walk),
          way.image, classes > 0 ? every.image : null,
          element("div", { class: "directions" }, ...directions.map(direction => direction.node)),
          element("div", { class: "buttons" }, button("Centre", () => setOffsets(state.offsets.map(() => 0))), button("Surprise me", () => setOffsets(state.offsets.map((_, i) => Math.round(20 * (Math.random() - 0.5) * REACH / (1 + i / 4)) / 10)))))),
      problem);

    // The same, by other weights.
    function update() {
      if (timer === null) ask();
    }

    ask();
    return { node, update, stop: halt };
  }

  return { create };
})();
