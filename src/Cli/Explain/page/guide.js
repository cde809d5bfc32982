// The lesson beside the free play: a strip of steps, and the card of the one that is taken.
const guide = (() => {
  const { $, element } = dom;
  const all = model.data.real ? [...steps.list, real.step()] : steps.list;
  const at = id => all.findIndex(step => step.id === id);
  const current = () => all[at(model.state.lesson)] ?? null;

  // A product is not torn apart at the end of a line.
  const unbroken = text => text.replaceAll(" · ", "\u00a0·\u00a0").replaceAll(" = ", "\u00a0=\u00a0");

  // What the page is to show for a step: changes of the model.
  function changesFor(step) {
    return {
      settings: structuredClone(step.settings),
      view: step.view ?? "scatter",
      panel: step.panel ?? "matrix",
      fill: step.fill ?? "counting",
      lesson: step.id,
    };
  }

  // act: { lesson(id), step(), inspectNext(), flip(), turn(), change(changes) }
  function build(act) {
    const step = current(),
      index = at(model.state.lesson),
      links = $("lesson-steps");
    $("guide").classList.toggle("taken", step !== null);
    document.querySelector("main").dataset.lesson = step ? "taken" : "";
    for (const [mode, isOn] of [
      ["lesson", step !== null],
      ["free", step === null],
    ]) {
      $(`mode-${mode}`).setAttribute("aria-pressed", String(isOn));
      $(`${mode}-area`).hidden = !isOn;
    }
    $("mode-lesson").textContent = step ? "Lesson" : "Take the lesson";
    if (!step) return;
    links.replaceChildren(
      ...all.map((item, i) =>
        element(
          "li",
          {},
          element(
            "a",
            {
              href: `#lesson=${item.id}`,
              "aria-current": i === index ? "step" : null,
              class: i < index ? "done" : null,
              title: item.title,
            },
            element("span", { "aria-hidden": "true" }, String(i + 1)),
            element("b", {}, item.title),
          ),
        ),
      ),
    );
    $("lesson-says").textContent = unbroken(step.says);
    $("lesson-does").textContent = unbroken(step.does);
    $("lesson-sees").textContent = unbroken(step.sees);
    $("lesson-acts").replaceChildren(
      ...[step.act]
        .flat()
        .filter(Boolean)
        .map(item => {
          const button = element("button", { type: "button" }, item.label);
          button.addEventListener("click", () => perform(item, act));
          return button;
        }),
    );
    $("lesson-back").disabled = index === 0;
    $("lesson-forth").textContent = index === all.length - 1 ? "Play freely" : `Next: ${all[index + 1].title}`;
    links.querySelector("[aria-current]").scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  function perform(item, act) {
    if (item.step) act.step();
    else if (item.inspect) act.inspectNext();
    else if (item.flip) act.flip();
    else if (item.turn) act.turn();
    else if (item.view) act.change({ view: model.state.view === "scatter" ? "stretched" : "scatter" });
    else act.change({ settings: structuredClone(item.change) }, current().atEnd === true);
  }

  function wire(act) {
    $("mode-lesson").addEventListener("click", () => {
      if (!current()) act.lesson(all[0].id);
    });
    $("mode-free").addEventListener("click", () => {
      if (current()) act.lesson(null);
    });
    $("open-settings").addEventListener("click", () => {
      const isOpen = document.querySelector("main").dataset.settings !== "open";
      document.querySelector("main").dataset.settings = isOpen ? "open" : "";
      $("open-settings").setAttribute("aria-expanded", String(isOpen));
    });
    $("lesson-back").addEventListener("click", () => act.lesson(all[at(model.state.lesson) - 1].id));
    $("lesson-forth").addEventListener("click", () => act.lesson(all[at(model.state.lesson) + 1]?.id ?? null));
    $("presets").append(
      ...examples.list.map(([name, settings]) => {
        const button = element("button", { type: "button" }, name);
        button.addEventListener("click", () => act.change({ settings: structuredClone(settings), fill: "counting", view: "scatter" }));
        return button;
      }),
    );
  }

  return { build, wire, current, at, step: id => all[at(id)] ?? null, changesFor };
})();
