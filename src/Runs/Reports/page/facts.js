// What is told in tables: figures, networks, configuration, how to make the same run again.
const facts = (() => {
  const { element, button } = dom;
  const SHARES = ["confident_share", "precision", "recall"];
  const MEANINGS = {
    frechet_distance: "Fréchet distance", classifier_score: "classifier score", confident_share: "confident", precision: "precision", recall: "recall", real_frechet_distance: "of real images",
  };

  const figure = (name, value) => SHARES.includes(name) ? format.share(value) : format.number(value);
  const scroll = (label, table) => element("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": `${label}; scrolls` }, table);
  const row = (kind, ...cells) => element("tr", {}, ...cells.map(cell => element(kind, kind === "th" ? { scope: "col" } : {}, cell)));

  // The newest line of each evaluation first. Without a classifier there are no figures of classes.
  function evaluation(table) {
    const names = Object.keys(table.columns).filter(name => table.columns[name].mean.some(value => value !== null)), lines = table.step.map((step, i) => [step, i]).reverse().slice(0, 12);
    return scroll("Figures of evaluate", element("table", {},
      element("thead", {}, row("th", "step", ...names.map(name => MEANINGS[name] ?? format.words(name)))),
      element("tbody", {}, ...lines.map(([step, i]) => row("td", format.count(step), ...names.map(name => figure(name, table.columns[name].mean[i])))))));
  }

  function network(title, { input, layers, parameters }) {
    const shape = sizes => sizes.join("×");
    const body = layers.map(layer => element("tr", {}, element("td", {}, element("b", {}, layer.name), layer.detail ? element("small", {}, layer.detail) : null), element("td", {}, shape(layer.output)), element("td", {}, layer.parameters ? format.count(layer.parameters) : "")));
    return element("div", { class: "network" }, element("h3", {}, title), scroll(title, element("table", {},
      element("thead", {}, row("th", "layer", "output", "parameters")),
      element("tbody", {}, element("tr", { class: "input" }, element("td", {}, "input"), element("td", {}, shape(input)), element("td")), ...body),
      element("tfoot", {}, row("td", "in all", "", format.count(parameters))))));
  }

  function networks(data) {
    return data.problem ? element("p", { class: "none" }, `They cannot be shown: ${data.problem}`)
      : element("div", { class: "networks-pair" }, network("Generator", data.generator), network("Discriminator", data.discriminator));
  }

  // Whatever is there is shown, known or not.
  function configuration(run) {
    const list = element("dl", { class: "settings" });
    const add = (name, value) => {
      if (value !== null && typeof value === "object" && !Array.isArray(value)) return Object.entries(value).forEach(([inner, item]) => add(inner, item));
      list.append(element("div", {}, element("dt", {}, format.words(name)), element("dd", {}, value === null ? "–" : Array.isArray(value) ? JSON.stringify(value) : String(value))));
    };
    for (const [name, value] of Object.entries(run.configuration)) if (name !== "command") add(name, value);
    return list;
  }

  function copyable(text) {
    const copy = button("Copy", async () => {
      try {
        await navigator.clipboard.writeText(text);
        copy.textContent = "Copied";
      } catch {
        getSelection().selectAllChildren(code);
        copy.textContent = "Selected";
      }
      setTimeout(() => { copy.textContent = "Copy"; }, 1500);
    });
    // A browser would break lines behind the hyphens of "--steps", too.
    const words = text.split(" ").flatMap((word, i) => [i > 0 ? " " : "", element("span", {}, word)]);
    const code = element("code", { tabindex: "0", role: "group", "aria-label": "The command" }, ...words);
    return element("div", { class: "command" }, code, copy);
  }

  function reproduce({ command, configuration }) {
    const seed = configuration.gan.seed ?? "–", version = configuration.version ?? "–";
    if (configuration.program) return [element("p", { class: "none" }, `The program ${configuration.program} trained it, with MiniGan ${version}. To make the same run again, run that with another folder.`)];
    return command
      ? [copyable(command), element("p", { class: "note" }, `With MiniGan ${version} and the same data, seed ${seed} gives the same pictures, bit for bit, on the same kind of processor, with any number of threads.`)]
      : [element("p", { class: "none" }, `This run did not record its command. It was made by MiniGan ${version} with seed ${seed}; the configuration below says the rest.`)];
  }

  return { evaluation, networks, configuration, reproduce, figure, MEANINGS };
})();
