// What the page shows: settings, numbers, and where one looks. Changes are taken over only once they have been computed, so that what is
// drawn is always a lesson with the settings and numbers that it was made of.
const model = (() => {
  const data = JSON.parse(document.getElementById("data").textContent),
    { limits } = data;
  const PAIRS = ["input", "kernel", "stride", "dilation", "outputPadding"],
    SIDES = ["top", "left", "bottom", "right"];
  const CHANNELS = ["inputChannels", "outputChannels"],
    NUMBERS = ["x", "w", "dy"];

  const own = () => ({
    settings: structuredClone(data.settings),
    x: [...data.x],
    w: [...data.w],
    dy: [...data.dy],
    fill: "own",
    seed: 1,
    isOwn: true,
  });
  const state = {
    ...own(),
    view: "scatter",
    panel: data.backward ? "backward" : "matrix",
    step: 0,
    inspected: null,
    pinned: false,
    lesson: null,
  };
  const seen = { worked: null, note: null };

  function check(s) {
    const within = (value, low, high, name) => {
      if (!Number.isInteger(value) || value < low || value > high)
        geometry.refuse(`${name} must be a whole number from ${low} to ${high}.`);
    };
    const names = { input: "Input", kernel: "Kernel", stride: "Stride", dilation: "Dilation", outputPadding: "Output padding" };
    for (const pair of PAIRS) s[pair].forEach(value => within(value, pair === "outputPadding" ? 0 : 1, limits[pair], names[pair]));
    for (const side of SIDES) if (s.padding.kind === "explicit") within(s.padding[side], 0, limits.padding, `Padding (${side})`);
    for (const channels of CHANNELS) within(s[channels], 1, limits.channels, "Channels");
    within(s.groups, 1, limits.channels, "Groups");
    const g = geometry.of(s),
      large = [g.rows, g.columns].map(axis => Math.max(axis.image, axis.map));
    if (Math.max(...large) > limits.side) {
      geometry.refuse(
        `The large side would be ${large.join("×")}; this page shows up to ${limits.side}×${limits.side}. Use smaller sizes.`,
      );
    }
    const places = geometry.mapCount(g) * geometry.imageCount(g);
    if (places > limits.matrix) {
      geometry.refuse(
        `The matrix would have ${places} places; this page shows up to ${limits.matrix}. Use smaller sizes or fewer channels.`,
      );
    }
    return g;
  }

  function isPossible(settings) {
    try {
      check(settings);
      return true;
    } catch (problem) {
      if (!(problem instanceof RangeError)) throw problem;
      return false;
    }
  }

  const isData = settings => JSON.stringify(settings) === JSON.stringify(data.settings);

  // How many numbers x, w and dy have.
  function counts(settings, g) {
    const [maps, images] = [geometry.mapCount(g), geometry.imageCount(g)];
    return settings.transposed ? { x: maps, w: geometry.weightCount(g), dy: images } : { x: images, w: geometry.weightCount(g), dy: maps };
  }

  // The numbers that settings come with: the page's own where they are its settings, else such as count, or random ones.
  function filled(next, g) {
    const count = counts(next.settings, g);
    if (next.fill === "own" && isData(next.settings)) return { x: [...data.x], w: [...data.w], dy: [...data.dy] };
    return next.fill === "random"
      ? { x: numerals.random(count.x, next.seed), w: numerals.random(count.w, next.seed + 1), dy: numerals.random(count.dy, next.seed + 2) }
      : { x: numerals.counting(count.x), w: numerals.countingKernels(count.w, geometry.taps(g)), dy: numerals.counting(count.dy) };
  }

  const stepCount = () => (state.settings.transposed && state.view === "scatter" ? state.x.length : seen.worked.y.length);

  // changes: of the state. refill: all numbers anew; else only those whose count changed. Whether it could be done, and if not, why not.
  function update(changes, { refill = false, keepStep = false } = {}) {
    const next = { ...state, ...changes };
    try {
      const g = check(next.settings),
        count = counts(next.settings, g),
        fresh = filled(next, g);
      for (const name of NUMBERS) if (refill || next[name].length !== count[name]) next[name] = fresh[name];
      next.isOwn = isData(next.settings) && NUMBERS.every(name => next[name].every((value, i) => value === data[name][i]));
      seen.worked = worked.explain(next.settings, next.x, next.w, next.dy);
    } catch (problem) {
      if (!(problem instanceof RangeError)) throw problem;
      return problem.message;
    }
    Object.assign(state, next);
    if (!state.settings.transposed) state.view = "scatter";
    if (!keepStep) state.step = 0;
    state.step = Math.min(state.step, stepCount() - 1);
    if (!("inspected" in changes)) [state.inspected, state.pinned] = [null, false];
    return null;
  }

  // The other direction with the same C: x and dy change places, so that going there and back changes nothing.
  function turn() {
    const before = state.settings,
      settings = direction.turned(before);
    const problem = update({ settings, x: state.dy, dy: state.x, lesson: state.lesson });
    seen.note =
      problem === null && JSON.stringify(geometry.of(before)) !== JSON.stringify(geometry.of(settings))
        ? "No setting of a convolution has exactly this C: here it makes further steps."
        : null;
    return problem;
  }

  // ---- What is looked at

  const transposed = () => state.settings.transposed;
  const isStretched = () => transposed() && state.view === "stretched";
  const outputOf = entry => (transposed() ? entry.column : entry.row);
  const inputOf = entry => (transposed() ? entry.row : entry.column);

  // The number that the page is about just now: of x in a step that scatters, of y in all others.
  function focus() {
    if (state.inspected !== null) return { side: "y", index: state.inspected };
    return { side: transposed() && state.view === "scatter" ? "x" : "y", index: state.step };
  }

  // The products of that number.
  function lit() {
    const { side, index } = focus(),
      of = side === "y" ? outputOf : inputOf;
    return seen.worked.entries.filter(entry => of(entry) === index);
  }

  // y as far as it has come; null where nothing has.
  function outputNow() {
    const { y, entries } = seen.worked;
    if (state.inspected !== null) return y;
    if (focus().side === "y") return y.map((value, i) => (i <= state.step ? value : null));
    const values = new Array(y.length).fill(null);
    for (const e of entries) if (e.row <= state.step) values[e.column] = (values[e.column] ?? 0) + state.w[e.weight] * state.x[e.row];
    return values;
  }

  const sides = {
    x: () => ({ name: "x", channels: state.settings.inputChannels, size: state.settings.input }),
    y: () => ({ name: "y", channels: state.settings.outputChannels, size: seen.worked.outputSize }),
  };

  // x[0,1], or with channels x[2,0,1].
  function named(index, { name, channels, size: [h, w] }) {
    const place = `${Math.floor(index / w) % h},${index % w}`;
    return `${name}[${channels === 1 ? "" : `${Math.floor(index / (h * w))},`}${place}]`;
  }

  // How the kernel reads: w, or between channels w[2,0].
  function kernelName(kernel) {
    const g = seen.worked.geometry;
    if (geometry.kernels(g) === 1) return "w";
    return `w[${Math.floor(kernel / geometry.depth(g))},${kernel % geometry.depth(g)}]`;
  }

  return {
    data,
    limits,
    state,
    seen,
    own,
    update,
    turn,
    isPossible,
    isData,
    filled,
    stepCount,
    transposed,
    isStretched,
    outputOf,
    inputOf,
    focus,
    lit,
    outputNow,
    sides,
    named,
    kernelName,
    PAIRS,
    SIDES,
    CHANNELS,
    NUMBERS,
  };
})();
