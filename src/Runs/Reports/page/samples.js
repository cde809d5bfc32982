// The samples of a run through time, with a slider and play.
const samples = (() => {
  const SECONDS_A_LAP = 8, FASTEST = 0.08, SLOWEST = 0.6, LAST = 2;
  let active = null, listens = false;

  // onstep(step) when another picture is shown.
  function create(onstep = () => {}) {
    const { element, icon, button } = dom;
    const picture = element("img", { class: "grid", alt: "", width: 302, height: 302 });
    const none = element("p", { class: "none" }, "No samples yet.");
    const slider = element("input", { type: "range", class: "time", min: 0, max: 0, value: 0, step: 1, "aria-label": "Samples after step", oninput: () => { pause(); show(slider.valueAsNumber); } });
    const count = element("output", { class: "count" });
    const play = element("button", { type: "button", class: "primary", "aria-label": "Play", "aria-pressed": "false", onclick: () => timer === null ? start() : pause() },
      icon(["M7 4l13 8-13 8z", "when-paused"], ["M6 4h4v16H6zM14 4h4v16h-4z", "when-playing"]));
    const player = element("div", { class: "player", role: "group", "aria-label": "Samples through time" },
      button("Earlier", () => move(-1), icon(["M6 5v14M19 5 9 12l10 7z"])), play, button("Later", () => move(1), icon(["M18 5v14M5 5l10 7-10 7z"])), slider, count);
    const lapse = button("Save time-lapse", saveLapse), failed = element("p", { class: "error", role: "alert", hidden: true });
    const node = element("div", { class: "samples-player" }, picture, none, player, element("div", { class: "buttons" }, lapse), failed);
    let list = [], at = -1, timer = null, name = "";

    function show(i) {
      at = Math.min(Math.max(i, 0), list.length - 1);
      picture.hidden = player.hidden = at < 0;
      none.hidden = at >= 0;
      if (at < 0) return;
      if (list[at].src && picture.getAttribute("src") !== list[at].src) picture.src = list[at].src;
      picture.alt = `Samples after step ${list[at].step}`;
      slider.value = at;
      count.textContent = `step ${format.count(list[at].step)}`;
      slider.setAttribute("aria-valuetext", count.textContent);
      if (list[at + 1]?.src) new Image().src = list[at + 1].src; // so that play does not wait for it
      onstep(list[at].step);
    }

    const secondsEach = () => Math.min(Math.max(SECONDS_A_LAP / list.length, FASTEST), SLOWEST);

    // All pictures as an animation, the newest one longest.
    async function saveLapse() {
      lapse.disabled = true;
      failed.hidden = true;
      try {
        const frames = (function* () { for (const { src } of list) yield keep.canvasOf(src); })();
        dom.save(await keep.animation(frames, Math.round(1000 * secondsEach()), 1000 * LAST), `${name || "run"}-time-lapse.apng`);
      } catch {
        failed.textContent = "A picture cannot be read, or they are not all of one size.";
        failed.hidden = false;
      }
      lapse.disabled = false;
    }

    function tick() {
      if (at >= list.length - 1) return pause();
      show(at + 1);
      timer = setTimeout(tick, 1000 * secondsEach());
    }

    function setPlaying(isPlaying) {
      play.setAttribute("aria-pressed", String(isPlaying));
      play.setAttribute("aria-label", isPlaying ? "Pause" : "Play");
    }

    function start() {
      if (list.length < 2) return;
      if (at === list.length - 1) show(0);
      setPlaying(true);
      timer = setTimeout(tick, 300);
    }

    function pause() {
      clearTimeout(timer);
      timer = null;
      setPlaying(false);
    }

    function move(by) { pause(); show(at + by); }

    const self = {
      node, pause, move,
      toggle: () => timer === null ? start() : pause(),
      first: () => { pause(); show(0); },
      last: () => { pause(); show(list.length - 1); },
      // The picture made last at or before a step.
      showStep(step) { pause(); show(Math.max(0, curves.lowerBound(list.map(item => item.step), step + 1) - 1)); },
      // Whoever looks at the newest one goes on doing so.
      update(next, runName = "") {
        name = runName;
        lapse.hidden = next.length < 2 || next.some(({ src }) => !src);
        const step = list[at]?.step, wasLast = at === list.length - 1;
        list = next;
        slider.max = Math.max(0, list.length - 1);
        const same = list.findIndex(item => item.step === step);
        show(wasLast && timer === null || same < 0 ? list.length - 1 : same);
      },
    };
    return self;
  }

  // Space and arrow keys are for the player in sight, unless a control has the focus that needs them itself.
  function takeKeys(player) {
    if (!listens) {
      listens = true;
      document.addEventListener("keydown", event => {
        if (!active || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea, button, a, summary, svg, [contenteditable]")) return;
        const action = { " ": active.toggle, ArrowLeft: () => active.move(-1), ArrowRight: () => active.move(1), Home: active.first, End: active.last }[event.key];
        if (!action) return;
        event.preventDefault();
        action();
      });
    }
    active = player;
  }

  return { create, takeKeys };
})();
