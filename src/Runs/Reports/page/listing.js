// The order of the list of runs, and which of them are in it.
const listing = (() => {
  const rank = ({ state }) => (state === "training" ? 0 : 1),
    byName = (a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
  const of = (name, isLessBetter, show = format.number) => ({ name, isLessBetter, show });
  const ORDERS = {
    newest: { label: "newest" },
    name: { label: "name" },
    step: { label: "steps" },
    frechet_distance: { label: "Fréchet distance", ...of("Fréchet distance", true) },
    classifier_score: { label: "classifier score", ...of("classifier score", false) },
    confident_share: { label: "confident", ...of("confident", false, format.share) },
    precision: { label: "precision", ...of("precision", false, format.share) },
    recall: { label: "recall", ...of("recall", false, format.share) },
    generator_loss: { label: "loss of G", ...of("loss of G", true) },
    discriminator_loss: { label: "loss of D", ...of("loss of D", true) },
    seconds: { label: "time", ...of("time", true, format.duration) },
  };

  // What is sorted by, in words; empty if that is in sight anyhow.
  const figure = ({ figures }, order) => {
    const { name, show } = ORDERS[order];
    return name ? `${name} ${show(figures?.[order] ?? null)}` : "";
  };

  const compare = { newest: (a, b) => rank(a) - rank(b) || b.changed - a.changed, name: () => 0, step: (a, b) => b.step - a.step };

  // The best first; those without that figure last.
  function byFigure(order) {
    const { isLessBetter } = ORDERS[order],
      value = ({ figures }) => figures?.[order] ?? null;
    return (a, b) => {
      const [p, q] = [value(a), value(b)];
      return p === null || q === null ? (p === null) - (q === null) : isLessBetter ? p - q : q - p;
    };
  }

  const sorted = (runs, order) => [...runs].sort((a, b) => (compare[order] ?? byFigure(order))(a, b) || byName(a, b));

  // Every word is in what is told of the run; #word is a tag of that name.
  function fits({ name, about, state, tags = [], notes = "" }, filter) {
    const told = `${name} ${about} ${state} ${tags.map(tag => `#${tag}`).join(" ")} ${notes}`.toLowerCase(),
      lower = tags.map(tag => tag.toLowerCase());
    const words = filter.toLowerCase().trim();
    if (words.startsWith("#") && lower.includes(words.slice(1))) return true; // a tag may have spaces
    return words.split(/\s+/).every(word => (word.startsWith("#") ? lower.includes(word.slice(1)) : told.includes(word)));
  }

  return { ORDERS, figure, sorted, fits };
})();
