// The arithmetic behind what the discriminator says.
const judge = (() => {
  const BINS = 14;

  // D's logits as the losses see them: probabilities of cross-entropy, the logits themselves of all others.
  const scaleOf = loss =>
    loss === "non-saturating"
      ? { name: "D(x), from 0: generated, to 1: real", of: logit => 1 / (1 + Math.exp(-logit)), range: [0, 1] }
      : { name: "D's logit: the larger, the more real", of: logit => logit, range: null };

  // How many values are in each of the bins from low to high, of each list: { low, high, counts: [[…], …] }; null if there are none.
  function histogram(lists, range) {
    const all = lists.flat().filter(Number.isFinite);
    if (all.length === 0) return null;
    let [low, high] = range ?? [Math.min(...all), Math.max(...all)];
    if (!(high > low)) [low, high] = [low - 0.5, high + 0.5];
    const binOf = value => Math.min(BINS - 1, Math.max(0, Math.floor(((value - low) / (high - low)) * BINS)));
    const counts = lists.map(list => {
      const bins = Array(BINS).fill(0);
      for (const value of list) if (Number.isFinite(value)) bins[binOf(value)]++;
      return bins;
    });
    return { low, high, counts };
  }

  // In how many pairs of a real and a generated image D gives the real one more; ½ if it guesses, ties count half.
  function toldApart(real, made) {
    const [r, m] = [real, made].map(list => list.filter(Number.isFinite));
    if (r.length === 0 || m.length === 0) return null;
    const wins = r.reduce((sum, a) => sum + m.reduce((part, b) => part + (a > b ? 1 : a === b ? 0.5 : 0), 0), 0);
    return wins / (r.length * m.length);
  }

  // Lines of the scores over time, from the quartiles of each grid: { x, mean: the median, min, max: the quartiles }.
  function overTime(table, kind, scale) {
    const column = part => curves.series(table, `${kind}_${part}`).mean.map(value => (value === null ? null : scale.of(value)));
    return { x: table?.step ?? [], mean: column("median"), min: column("quarter"), max: column("three_quarters") };
  }

  return { scaleOf, histogram, toldApart, overTime, BINS };
})();
