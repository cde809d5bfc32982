// The run's generator, to play with: it runs in the page. What is shown is in the address, so that it can be kept and sent.
const explore = (() => {
  const { element, button, slider, panel } = dom;
  const MOST_DIRECTIONS = 6, REACH = 4, LARGEST_SEED = Number.MAX_SAFE_INTEGER, SIDE = 280;
  const SECONDS_A_LEG = 1.2, FRAMES_A_LEG = 12, LEGS = 6, FRAME = 80;

  // The panel where there is no generator.
  const missing = problem => panel("explore", "Playground", element("p", {}, `There is none in this page. ${problem}`));

  const directionsOf = own => own.first ? latents.directions(own.first, own.latentSize, MOST_DIRECTIONS) : [];

  // Whether two embedded generators differ in nothing but their weights.
  const alike = (a, b) => JSON.stringify([a.network, a.image, a.labels]) === JSON.stringify([b.network, b.image, b.labels]);

  // data: the generator as C# embeds it; name: the run's; chooser: what is to be above, or null. → { node, update, stop }
  function create(data, name, chooser = null) {
    let own = generator.create(data), found = directionsOf(own);
    const state = exploring.read(location.hash, own, found.length, REACH), ended = new AbortController();
    const canvas = (kind, label) => element("canvas", { class: kind, width: own.width, height: own.height, role: "img", "aria-label": label });
    const one = canvas("drawn", ""), cells = own.labels.map(label => canvas("small", `A picture of ${label}`));
    const scale = Math.max(1, Math.round(SIDE / Math.max(own.width, own.height)));
    const way = flow.create(name);
    const later = idle.create();
    const field = found.length < 2 ? null
      : plane.create({ ...own, reach: REACH, onmove: (right, up) => set({ offsets: [right, up, ...state.offsets.slice(2)] }) });
    const ends = found.map(() => [canvas("end", "less"), canvas("end", "more")]);
    let version = 0, timer = null, waiting = false, started = 0, rootSeen = null;

    const latentOf = seed => random.latent(seed, own.latentSize);
    const latent = () => latents.moved(latentOf(state.seed), found, state.offsets);

    function put(target, picture) {
      target.getContext("2d", { willReadFrequently: true }).putImageData(new ImageData(own.pixels(picture), own.width, own.height), 0, 0);
      return target;
    }

    const paint = (target, z, place) => put(target, own.draw(z, place));

    // The picture, and all that is on its way.
    function paintAll(z, place) {
      const seen = trace.of(own, z, place), root = `${state.seed} ${state.label}`;
      put(one, seen.picture);
      way.update(seen, root !== rootSeen);
      rootSeen = root;
    }

    // ---- What is seen: the picture at once, those of all classes when nothing has moved for a moment.

    function show(place = state.label) {
      paintAll(latent(), place);
      one.setAttribute("aria-label", own.classes ? `A picture of ${own.labels[Math.round(place) % own.classes]}` : "A picture");
      field?.set(state.offsets[0], state.offsets[1]);
      if (timer !== null) return;
      history.replaceState(null, "", exploring.write(location.hash, state, own.labels));
      later.run(rest());
    }

    // The classes, both ends of each slider, and the map.
    function rest() {
      const base = latentOf(state.seed), moved = changes => latents.moved(base, found, Object.assign([...state.offsets], changes));
      return [
        ...cells.map((cell, label) => () => paint(cell, latent(), label)),
        ...ends.flatMap((pair, k) => pair.map((end, side) => () => paint(end, moved({ [k]: side ? REACH : -REACH }), state.label))),
        ...field?.jobs(JSON.stringify([version, state.seed, state.label, state.offsets.slice(2)]), (right, up) =>
          own.pixels(own.draw(moved([right, up]), state.label))) ?? [],
      ];
    }

    // One drawing per frame of the screen, however fast the pointer moves.
    function soon() {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => { waiting = false; if (!ended.signal.aborted) show(); });
    }

    function set(changes) {
      halt();
      Object.assign(state, changes);
      seed.value = state.seed;
      directions.forEach((direction, i) => direction.set(state.offsets[i]));
      digits.querySelectorAll("input").forEach((input, i) => { input.checked = i === state.label; });
      soon();
    }

    // ---- The walk: from digit to digit, or from seed to seed.

    // Where it is after so many legs: [z, place between labels].
    function at(legs) {
      if (own.classes) return [latent(), (state.label + legs) % own.classes];
      const leg = Math.floor(legs), z = latents.between(latentOf(state.seed + leg), latentOf(state.seed + leg + 1), legs - leg);
      return [latents.moved(z, found, state.offsets), 0];
    }

    function step(now) {
      const [z, place] = at((now - started) / 1000 / SECONDS_A_LEG);
      paintAll(z, place);
      timer = requestAnimationFrame(step);
    }

    function start() {
      walk.textContent = "Stop";
      started = performance.now();
      timer = requestAnimationFrame(step);
    }

    function halt() {
      cancelAnimationFrame(timer);
      timer = null;
      walk.textContent = "Walk";
    }

    const walk = button("Walk", () => {
      if (timer === null) return start();
      halt();
      show();
    });

    // A round through all classes; without classes, through a few seeds.
    function* frames() {
      const count = (own.classes || LEGS) * FRAMES_A_LEG;
      for (let i = 0; i < count; i++) yield keep.enlarged(paint(canvas("", ""), ...at(i / FRAMES_A_LEG)), scale);
    }

    // ---- Controls

    const seed = element("input", { type: "number", min: 0, max: LARGEST_SEED, step: 1, value: state.seed, "aria-label": "Seed" });
    seed.addEventListener("change", () => set({ seed: Math.min(Math.max(Math.trunc(seed.valueAsNumber) || 0, 0), LARGEST_SEED) }));
    const another = button("Another seed", () => set({ seed: Math.floor(Math.random() * 100_000) }), "↻");
    const range = { min: -REACH, max: REACH, step: 0.1 };
    const directions = found.map((_, i) => slider(`Direction ${i + 1}`, { ...range, value: state.offsets[i] }, value => value.toFixed(1), value => {
      halt();
      state.offsets[i] = value;
      soon();
    }));
    const towards = (k, side) => button(`Direction ${k + 1}, ${side ? "right" : "left"} end`, () =>
      set({ offsets: Object.assign([...state.offsets], { [k]: side ? REACH : -REACH }) }), ends[k][side]);
    const radio = (label, i) => element("input", {
      type: "radio", name: "class", value: i, checked: i === state.label, "aria-label": String(label), onchange: () => set({ label: i }),
    });
    const digits = element("div", { class: "classes", role: "radiogroup", "aria-label": "Digit" },
      ...own.labels.map((label, i) => element("label", {}, radio(label, i), cells[i], element("span", {}, String(label)))));
    const centre = () => set({ offsets: found.map(() => 0) });
    const surprise = () => set({
      seed: Math.floor(Math.random() * 100_000),
      offsets: found.map((_, i) => Math.round(20 * (Math.random() - 0.5) * REACH / (1 + i / 2)) / 10),
    });

    // Dragging the picture moves along the two strongest directions: right and left the first, up and down the second.
    let from = null;
    one.addEventListener("pointerdown", event => {
      if (event.button !== 0 || found.length < 2) return;
      one.setPointerCapture(event.pointerId);
      from = { x: event.clientX, y: event.clientY, offsets: [...state.offsets] };
    });
    one.addEventListener("pointermove", event => {
      if (!from) return;
      const reach = value => Math.round(10 * Math.min(REACH, Math.max(-REACH, value))) / 10, side = one.clientWidth / (2 * REACH);
      const right = (event.clientX - from.x) / side, up = (from.y - event.clientY) / side;
      set({ offsets: [reach(from.offsets[0] + right), reach(from.offsets[1] + up), ...state.offsets.slice(2)] });
    });
    for (const kind of ["pointerup", "pointercancel"]) one.addEventListener(kind, () => { from = null; });

    const savePicture = button("Save picture", async () =>
      dom.save(await keep.png(keep.enlarged(one, scale)), `${name}-${state.seed}.png`));
    const saveWalk = button("Save walk", async () => {
      halt();
      saveWalk.disabled = true;
      dom.save(await keep.animation(frames(), FRAME), `${name}-walk-${state.seed}.apng`);
      saveWalk.disabled = false;
      show();
    });
    addEventListener("hashchange", () => set(exploring.read(location.hash, own, found.length, REACH)), { signal: ended.signal });

    const about = element("p");
    function tell() {
      about.textContent = `The generator runs in this page (${data.isAverage ? "its moving average, " : ""}after step ${format.count(data.step)}). `
        + "Drag the picture, or move the sliders: they lead along the directions that change most.";
    }

    // Other weights of the same networks; false if they are other networks.
    function update(next) {
      if (!alike(data, next)) return false;
      data = next;
      own = generator.create(data);
      found = directionsOf(own);
      version++;
      tell();
      if (timer === null) show();
      return true;
    }

    function stop() {
      halt();
      later.stop();
      way.stop();
      ended.abort();
    }

    tell();
    show();
    const node = element("div", { class: "playgrounds" }, panel("explore", "Playground", about, chooser,
      element("div", { class: "stage" },
        element("div", { class: "shown" }, one, element("div", { class: "buttons" }, walk, savePicture, saveWalk)),
        element("div", { class: "controls" },
          own.classes ? digits : null,
          element("div", { class: "seeds" }, element("span", { class: "seed" }, element("span", {}, "Seed"), seed, another)),
          element("div", { class: "ways" }, field?.node ?? null, element("div", { class: "directions" }, ...directions.map((direction, k) =>
            element("div", { class: "direction" }, towards(k, 0), direction.node, towards(k, 1))))),
          found.length ? element("div", { class: "buttons" }, button("Centre", centre), button("Surprise me", surprise)) : null))), way.node);
    return { node, update, stop };
  }

  return { create, missing };
})();
