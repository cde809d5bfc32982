// Several runs side by side: one curve of each over the other, their samples next to each other.
const compare = (() => {
  const { element, panel } = dom;
  const MOST = 8;
  const CURVES = {
    generator_loss: ["Loss of G", data => curves.series(data.losses, "generator_loss")],
    discriminator_loss: ["Loss of D", data => curves.series(data.losses, "discriminator_loss")],
    real_score: ["D(x)", data => curves.series(data.losses, "real_score")],
    fake_score: ["D(G(z))", data => curves.series(data.losses, "fake_score")],
    frechet_distance: ["Fréchet distance", data => curves.series(data.evaluation, "frechet_distance")],
    speed: ["Images per second", data => run.speedOf(data)],
  };
  const colour = i => `var(--c${i + 1})`;

  // All settings of a run by name, as texts, what is in groups beside the rest; but for what differs with each run.
  function settingsOf({ configuration, tags, notes }) {
    const found = {}, add = (name, value) => {
      if (value !== null && typeof value === "object" && !Array.isArray(value)) Object.entries(value).forEach(([inner, item]) => add(inner, item));
      else found[name] = Array.isArray(value) ? value.join(", ") : value === null ? "–" : String(value);
    };
    for (const [name, value] of Object.entries(configuration)) if (name !== "command" && name !== "dataFolder") add(name, value);
    if (tags?.length) add("tags", tags);
    if (notes) add("notes", notes);
    return found;
  }

  function create() {
    const view = chart.createView();
    let chosen = "generator_loss", all = [];
    const plot = chart.create({ title: "", view, height: 300, onpick: step => player.showStep(step) });
    const select = element("select", { "aria-label": "Curve", onchange: () => { chosen = select.value; draw(); } }, ...Object.entries(CURVES).map(([value, [label]]) => element("option", { value }, label)));
    const grids = element("div", { class: "grids" }), facts = element("div");
    const player = samples.create(step => { if (view.marker !== step) view.set({ marker: step }); showGrids(step); });
    player.node.classList.add("without-picture");
    const node = element("div", { class: "compare" },
      panel("curves", "Curves", element("label", { class: "choice" }, "Show", select), chart.createTools(view), plot.node),
      panel("side-by-side", "Samples", player.node, grids), panel("differences", "What differs", facts));

    const draw = () => plot.update(all.map((data, i) => ({ label: data.name, colour: colour(i), quiet: all.length > 3, ...CURVES[chosen][1](data) })));

    // Of each run the picture made last at or before the step.
    function showGrids(step) {
      all.forEach((data, i) => {
        const figure = grids.children[i], at = Math.max(0, curves.lowerBound(data.samples.map(sample => sample.step), step + 1) - 1), sample = data.samples[at];
        const image = figure.querySelector("img");
        image.hidden = !sample;
        if (sample && image.getAttribute("src") !== sample.src) image.src = sample.src;
        image.alt = sample ? `${data.name}, samples after step ${sample.step}` : "";
        figure.querySelector("output").textContent = sample ? `step ${format.count(sample.step)}` : "no samples yet";
      });
    }

    // Settings that are not the same in all runs.
    function differences() {
      const settings = all.map(data => settingsOf(data)), names = [...new Set(settings.flatMap(Object.keys))].filter(name => new Set(settings.map(setting => setting[name])).size > 1);
      const cells = (kind, ...texts) => element("tr", {}, ...texts.map(text => element(kind, {}, text)));
      facts.replaceChildren(names.length === 0 ? element("p", { class: "none" }, "Nothing in their configurations.")
        : element("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "What differs; scrolls" }, element("table", {},
          element("thead", {}, cells("th", "", ...all.map(data => data.name))),
          element("tbody", {}, ...names.map(name => cells("td", format.words(name), ...settings.map(setting => setting[name] ?? "–")))))));
    }

    function update(next) {
      const same = next.length === all.length && next.every((data, i) => data.name === all[i].name);
      all = next;
      if (!same) {
        grids.replaceChildren(...all.map((data, i) => element("figure", { style: `--line-colour: ${colour(i)}` },
          element("figcaption", {}, element("span", { class: "key" }, element("i", { "aria-hidden": "true" }), data.name), element("output")), element("img", { class: "grid", alt: "", width: 302, height: 302 }))));
      }
      view.setFull(0, Math.max(1, ...all.map(data => Math.max(data.step, ...[data.losses, data.speed, data.evaluation].map(table => table?.step.at(-1) ?? 0), data.samples.at(-1)?.step ?? 0))));
      draw();
      // The player has the steps of all, each once; the pictures are shown by showGrids.
      player.update([...new Set(all.flatMap(data => data.samples.map(sample => sample.step)))].sort((a, b) => a - b).map(step => ({ step, src: null })));
      differences();
    }

    return { node, update, player, stop: player.pause };
  }

  return { create, settingsOf, MOST };
})();
