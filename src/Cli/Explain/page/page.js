// The page put together: what each touch does, and the address that says what is seen.
(() => {
  const { $ } = dom,
    { state } = model,
    WRITE_AFTER = 250;
  let writing = null,
    width = window.innerWidth;

  const shows = () => guide.current()?.shows ?? "both";

  // ---- The address

  function addressed() {
    const step = guide.current(),
      isUsual = name => state[name].every((value, i) => value === usual[name][i]);
    const fill = state.fill === "random" ? "random" : step ? (step.fill ?? "counting") : "own"; // as it will be read
    const usual = model.filled({ ...state, fill }, model.seen.worked.geometry),
      atEnd = step?.atEnd ? model.stepCount() - 1 : 0;
    return address.write({
      settings: state.settings,
      view: state.view === "scatter" ? null : state.view,
      panel: state.panel === "matrix" ? null : state.panel,
      step: state.step === atEnd ? null : state.step + 1,
      cell: state.pinned ? state.inspected : null,
      lesson: state.lesson,
      seed: state.fill === "random" ? state.seed : null,
      ...Object.fromEntries(model.NUMBERS.map(name => [name, isUsual(name) ? null : state[name]])),
    });
  }

  function writeAddress() {
    clearTimeout(writing);
    writing = setTimeout(() => {
      const hash = `#${addressed()}`;
      if (hash !== location.hash) history.replaceState(null, "", hash);
    }, WRITE_AFTER);
  }

  // Shows what the address says; of what it does not say, a lesson's step, or what the page was made with.
  function readAddress() {
    const said = address.read(location.hash, model.isPossible),
      step = said.lesson === null ? null : guide.step(said.lesson);
    const start = step
      ? guide.changesFor(step)
      : { ...model.own(), lesson: null, panel: model.data.backward ? "backward" : "matrix", view: "scatter" };
    const fill = said.seed !== null ? "random" : step ? start.fill : "own",
      settings = said.settings ?? start.settings;
    const asked = { ...start, settings, fill, seed: said.seed ?? 1 };
    if (said.view === "stretched" || said.view === "scatter") asked.view = said.view;
    if (["matrix", "overlap", "backward", "ways"].includes(said.panel)) asked.panel = said.panel;
    model.update(asked, { refill: true });
    const given = Object.fromEntries(
      model.NUMBERS.filter(name => said[name]?.length === state[name].length).map(name => [name, said[name]]),
    );
    model.update(given);
    if (said.step !== null) state.step = Math.max(0, Math.min(said.step, model.stepCount()) - 1);
    else if (step?.atEnd) state.step = model.stepCount() - 1;
    if (said.cell !== null && said.cell < model.seen.worked.y.length) [state.inspected, state.pinned] = [said.cell, true];
    model.seen.note = null;
    player.pause();
    toolbar.showProblem(null);
    show();
  }

  // ---- Showing

  function show({ keepLocks = false } = {}) {
    document.title = `MiniGan explain: ${model.transposed() ? "transposed convolution" : "convolution"}`;
    document.querySelector("main").dataset.shows = shows();
    const s = state.settings,
      p = s.padding,
      sized = side => `${side.channels > 1 ? `${side.channels}×` : ""}${side.size.join("×")}`;
    $("summary").textContent =
      `x ${sized(model.sides.x())} → y ${sized(model.sides.y())}, kernel ${s.kernel.join("×")}, stride ${s.stride.join("×")}, ` +
      `padding ${p.kind === "explicit" ? `[${model.SIDES.map(side => p[side]).join(", ")}]` : p.kind}, dilation ${s.dilation.join("×")}` +
      `${s.outputPadding.some(v => v) ? `, output padding ${s.outputPadding.join("×")}` : ""}${s.groups > 1 ? `, ${s.groups} groups` : ""}`;
    $("note").hidden = model.seen.note === null;
    $("note").textContent = model.seen.note ?? "";
    guide.build(guided);
    toolbar.fill({ keepLocks });
    stage.build(act);
    // Brackets are not torn apart at the end of a line.
    const unbroken = line => line.replace(/\([^()]*\)/g, bracket => bracket.replaceAll(" ", "\u00a0"));
    $("formula").replaceChildren(
      ...model.seen.worked.formula.map(line => dom.element("p", line.startsWith("  ") ? { class: "more" } : {}, unbroken(line.trim()))),
    );
    insight.build(act, shows());
    paint();
  }

  function paint() {
    stage.paint();
    player.paint();
    insight.paint();
    writeAddress();
  }

  function change(changes, options = {}) {
    player.pause();
    const problem = model.update(changes, options);
    toolbar.showProblem(problem);
    if (problem !== null) return false;
    model.seen.note = null;
    if (options.atEnd) state.step = model.stepCount() - 1;
    show(options);
    return true;
  }

  // ---- What touches do

  const act = {
    inspect(index) {
      if (index !== null) player.pause();
      state.inspected = index;
      paint();
    },
    pin(index) {
      const isSame = state.pinned && state.inspected === index;
      state.pinned = index !== null && !isSame;
      act.inspect(state.pinned ? index : null);
    },
    change(which, index, value) {
      const problem = model.update({ [which]: state[which].with(index, value) }, { keepStep: true });
      toolbar.showProblem(problem);
      if (problem !== null) return false;
      insight.refresh(act);
      paint();
      return true;
    },
    panel: panel => change({ panel }, { keepStep: true }),
    settings: settings => change({ settings }, { keepLocks: true }),
    turn() {
      player.pause();
      const isAtEnd = guide.current()?.atEnd,
        problem = model.turn();
      toolbar.showProblem(problem);
      if (problem === null && isAtEnd) state.step = model.stepCount() - 1;
      show();
    },
    refill: fill => change({ fill, seed: fill === "random" && state.fill === "random" ? state.seed + 3 : 1 }, { refill: true }),
    reset: () => change({ ...model.own(), view: "scatter" }, { refill: true }),
    lesson(id) {
      if (id === null) change({ lesson: null }, { keepStep: true });
      else location.hash = `lesson=${id}`;
    },
    step: player.next,
    inspectNext() {
      const next = state.pinned ? (state.inspected + 1) % model.seen.worked.y.length : 0;
      state.pinned = true;
      act.inspect(next);
    },
    flip: () => insight.flip(),
  };

  // The lesson and the examples change settings, not single numbers.
  const guided = { ...act, change: (changes, atEnd) => change(changes, { refill: "fill" in changes, atEnd }) };

  guide.wire(guided);
  toolbar.wire(act);
  insight.wire(act);
  player.wire(paint);
  download.wire();
  dom.themeButton();
  real.build();
  $("theme").addEventListener("click", paint);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
  // Paper is white.
  let onScreen;
  matchMedia("print").addEventListener("change", ({ matches }) => {
    const { dataset } = document.documentElement;
    if (matches) [onScreen, dataset.theme] = [dataset.theme, "light"];
    else if (onScreen === undefined) delete dataset.theme;
    else dataset.theme = onScreen;
    show({ keepLocks: true });
  });
  for (const button of document.querySelectorAll("#views button")) button.addEventListener("click", () => change({ view: button.value }));
  document.addEventListener("keydown", event => {
    if (event.key !== "Escape") return;
    state.pinned = false;
    act.inspect(null);
  });
  $("copy").addEventListener("click", async () => {
    history.replaceState(null, "", `#${addressed()}`);
    await share.copy(location.href, $("copied"));
  });
  window.addEventListener("hashchange", readAddress);
  window.addEventListener("resize", () => {
    if (window.innerWidth === width) return;
    width = window.innerWidth;
    show({ keepLocks: true });
  });
  readAddress();
})();
