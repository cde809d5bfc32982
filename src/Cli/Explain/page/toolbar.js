// The settings, as fields.
const toolbar = (() => {
  const { $ } = dom,
    { state, limits } = model,
    LOCKED = ["input", "kernel", "stride", "dilation"];
  const isLocked = name => $(`lock-${name}`).getAttribute("aria-pressed") === "true";

  function setLock(name, isOn) {
    $(`lock-${name}`).setAttribute("aria-pressed", String(isOn));
    $(`lock-${name}`).title = isOn ? "Square: height and width change together" : "Height and width change apart";
  }

  function fill({ keepLocks = false } = {}) {
    const s = state.settings;
    for (const radio of document.getElementsByName("direction")) radio.checked = radio.value === (s.transposed ? "transpose" : "conv");
    const set = (id, value, minimum, maximum) => {
      const field = $(id);
      field.min = minimum;
      field.max = maximum;
      if (document.activeElement !== field) field.value = value;
    };
    for (const pair of model.PAIRS)
      s[pair].forEach((value, i) => set(`${pair}-${i}`, value, pair === "outputPadding" ? 0 : 1, limits[pair]));
    for (const name of LOCKED) if (s[name][0] !== s[name][1] || !keepLocks) setLock(name, s[name][0] === s[name][1]);
    for (const side of model.SIDES) set(side, s.padding[side], 0, limits.padding);
    for (const channels of model.CHANNELS) set(channels, s[channels], 1, limits.channels);
    set("groups", s.groups, 1, limits.channels);
    $("padding").value = s.padding.kind;
    hide();
  }

  function hide() {
    const isExplicit = $("padding").value === "explicit",
      transposed = document.querySelector("[name=direction]:checked").value === "transpose";
    $("sides").hidden = !isExplicit;
    $("extra").hidden = !(isExplicit && transposed);
    $("groups-field").hidden = Number($("inputChannels").value) < 2 || Number($("outputChannels").value) < 2;
  }

  function read() {
    const number = id => ($(id).value.trim() === "" ? NaN : Number($(id).value));
    hide();
    const s = { transposed: state.settings.transposed };
    for (const pair of model.PAIRS) s[pair] = [number(`${pair}-0`), number(`${pair}-1`)];
    for (const channels of model.CHANNELS) s[channels] = number(channels);
    s.padding = { kind: $("padding").value, ...Object.fromEntries(model.SIDES.map(side => [side, number(side)])) };
    // What cannot be seen does not count.
    if ($("sides").hidden) for (const side of model.SIDES) s.padding[side] = 0;
    if ($("extra").hidden) s.outputPadding = [0, 0];
    s.groups = $("groups-field").hidden ? 1 : number("groups");
    return s;
  }

  // act: { settings(settings), turn(), refill(kind), reset() }
  function wire(act) {
    $("form").addEventListener("submit", event => event.preventDefault());
    for (const name of LOCKED) {
      $(`lock-${name}`).addEventListener("click", () => {
        setLock(name, !isLocked(name));
        if (!isLocked(name) || $(`${name}-0`).value === $(`${name}-1`).value) return;
        $(`${name}-1`).value = $(`${name}-0`).value;
        act.settings(read());
      });
    }
    $("form").addEventListener("input", event => {
      const [, name, side] = /^(\w+)-([01])$/.exec(event.target.id) ?? [];
      if (event.target.name === "direction") {
        if ((event.target.value === "transpose") !== state.settings.transposed) act.turn();
        return;
      }
      if (LOCKED.includes(name) && isLocked(name)) $(`${name}-${1 - side}`).value = event.target.value;
      act.settings(read());
    });
    $("counting").addEventListener("click", () => act.refill("counting"));
    $("random").addEventListener("click", () => act.refill("random"));
    $("reset").addEventListener("click", act.reset);
  }

  function showProblem(problem) {
    $("error").hidden = problem === null;
    $("error").textContent = problem ?? "";
    document.querySelectorAll(".stage, .insight").forEach(panel => panel.classList.toggle("stale", problem !== null));
  }

  return { fill, wire, showProblem };
})();
