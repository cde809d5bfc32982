// Step by step, by hand or by itself.
const player = (() => {
  const { $ } = dom,
    SECONDS_PER_STEP = 0.9;
  let timer = null,
    shown = () => {};

  function goTo(step) {
    const { state } = model;
    [state.inspected, state.pinned] = [null, false];
    state.step = Math.max(0, Math.min(model.stepCount() - 1, step));
    shown();
  }

  function pause() {
    if (timer !== null) clearInterval(timer);
    timer = null;
    $("play").setAttribute("aria-pressed", "false");
    $("play").setAttribute("aria-label", "Play");
    $("said").setAttribute("aria-live", "polite");
  }

  const isAtEnd = () => model.state.step >= model.stepCount() - 1;

  function play() {
    $("said").setAttribute("aria-live", "off"); // not a sentence a second
    goTo(isAtEnd() ? 0 : model.state.step);
    $("play").setAttribute("aria-pressed", "true");
    $("play").setAttribute("aria-label", "Pause");
    timer = setInterval(() => {
      if (isAtEnd()) pause();
      else goTo(model.state.step + 1);
    }, SECONDS_PER_STEP * 1000);
  }

  function by(count) {
    pause();
    goTo(model.state.step + count);
  }

  // Steps on, and begins anew at the end.
  function next() {
    pause();
    goTo(isAtEnd() ? 0 : model.state.step + 1);
  }

  function paint() {
    const { step } = model.state,
      count = model.stepCount();
    $("slider").max = String(count);
    $("slider").value = String(step + 1);
    $("slider").setAttribute("aria-valuetext", `step ${step + 1} of ${count}`);
    $("count").textContent = `${step + 1} / ${count}`;
  }

  function takeKeys(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest("input, select, textarea, .scroll, [role=tab], [role=menu]"))
      return;
    if (event.key === " " && event.target.closest("button, a, summary")) return; // it presses that
    switch (event.key) {
      case " ":
        if (timer === null) play();
        else pause();
        break;
      case "ArrowRight":
        by(1);
        break;
      case "ArrowLeft":
        by(-1);
        break;
      case "Home":
        by(-Infinity);
        break;
      case "End":
        by(Infinity);
        break;
      default:
        return;
    }
    event.preventDefault();
  }

  // whenShown: draws the step.
  function wire(whenShown) {
    shown = whenShown;
    $("previous").addEventListener("click", () => by(-1));
    $("next").addEventListener("click", () => by(1));
    $("play").addEventListener("click", () => {
      if (timer === null) play();
      else pause();
    });
    $("slider").addEventListener("input", () => {
      pause();
      goTo(Number($("slider").value) - 1);
    });
    document.addEventListener("keydown", takeKeys);
  }

  return { wire, paint, pause, next, goTo };
})();
