// The state of a run in a sentence, from what was measured alone, and what to try. Where that cannot tell, there is no sentence.
const verdict = (() => {
  const LEAST_STEPS = 100, TAIL = 0.1, LEAST_POINTS = 5, BEYOND_ALL = 1000;

  // The mean of the last tenth of a column's points; null if they are too few, or one is not finite.
  function tail(table, column) {
    const values = curves.series(table, column).mean, last = values.slice(-Math.max(LEAST_POINTS, Math.round(TAIL * values.length)));
    return last.length >= LEAST_POINTS && last.every(Number.isFinite) ? last.reduce((sum, value) => sum + value, 0) / last.length : null;
  }

  // How far apart D's scores of real and of generated images are if it guesses (0) and if it tells all apart, by what the loss pulls them
  // to: probabilities 1 and 0 of cross-entropy, less with smoothed labels; 1 and 0 of least squares; 1 and −1, or beyond, of the hinge.
  // Those of Wasserstein's loss have no scale.
  const apart = { "non-saturating": gan => gan.realTarget ?? 1, "least-squares": () => 1, hinge: () => 2 };
  const HARDLY = 0.2, SURELY = 0.9;

  const short = value => format.number(Number(value.toPrecision(2)));

  function diverged(losses, loss) {
    const last = ["discriminator_loss", "generator_loss"].map(name => curves.series(losses, name).mean.at(-1));
    const tryThis = "Try a smaller learning rate or a penalty (r1), and go on from an earlier checkpoint.";
    if (last.includes(null)) return { kind: "bad", text: `Diverged: a loss is not a finite number. ${tryThis}` };
    return Object.hasOwn(apart, loss ?? "") && last.some(value => Math.abs(value ?? 0) > BEYOND_ALL)
      ? { kind: "bad", text: `Diverging: a loss has grown beyond ${format.count(BEYOND_ALL)}. ${tryThis}` } : null;
  }

  // By the newest figures of evaluate: good samples (precision) that leave out nearly all kinds of real images (recall). Bad samples leave
  // them out, too, which is no collapse.
  function collapsed(evaluation) {
    const [precision, recall] = ["precision", "recall"].map(name => curves.series(evaluation, name).mean.at(-1));
    return Number.isFinite(precision) && Number.isFinite(recall) && precision >= 0.3 && recall < 0.05 ? {
      kind: "bad",
      text: `Samples have become alike: ${format.share(precision)} look real (precision), yet they cover ${format.share(recall)} of the real `
        + `images (recall, step ${format.count(evaluation.step.at(-1))}): mode collapse. Try --packing 2, a penalty (r1), or an earlier `
        + "checkpoint.",
    } : null;
  }

  // Of Wasserstein's game the distance of the two means is the critic's estimate, which is to fall.
  function ofDistance(losses) {
    const distances = curves.series(losses, "real_score").mean.map((value, i) => value - losses.columns.fake_score.mean[i]);
    const now = tail({ step: losses.step, columns: { d: { mean: distances } } }, "d"), most = Math.max(...distances);
    if (now === null || !(most > 0)) return null;
    const figures = `it puts real and generated images ${short(now)} apart, at most ${short(most)}. Its scores have no scale of their own.`;
    return now < 0.8 * most ? { kind: "good", text: `The critic's distance falls: ${figures}` }
      : { kind: "plain", text: `The critic's distance does not fall yet: ${figures}` };
  }

  function ofScores(real, fake, whole) {
    const part = (real - fake) / whole, figures = `(D(x) ${short(real)}, D(G(z)) ${short(fake)})`;
    if (part > SURELY) {
      return {
        kind: "bad",
        text: `D wins: it tells real from generated nearly always ${figures}, so G learns next to nothing. Try a smaller `
          + "--discriminator-learning-rate, a penalty (r1), or --augment if there are few images.",
      };
    }
    if (part < -HARDLY) {
      return { kind: "bad", text: `D is worse than a guess ${figures}. Try a larger --discriminator-learning-rate.` };
    }
    return part < HARDLY
      ? { kind: "good", text: `D can hardly tell them apart ${figures}: healthy, if the samples are good. (An untrained D says the same.)` }
      : { kind: "plain", text: `D is ahead ${figures}, and G still has something to learn from it.` };
  }

  // data: a run's. → { kind: "good" | "bad" | "plain", text }, or null.
  function of({ losses, evaluation, configuration: { gan } }) {
    const bad = diverged(losses, gan.loss) ?? collapsed(evaluation);
    if (bad || !losses || !((losses.step.at(-1) ?? 0) >= LEAST_STEPS)) return bad;
    if (gan.loss === "wasserstein") return ofDistance(losses);
    const real = tail(losses, "real_score"), fake = tail(losses, "fake_score");
    return real === null || fake === null || !Object.hasOwn(apart, gan.loss ?? "") ? null : ofScores(real, fake, apart[gan.loss](gan));
  }

  // Where the curves are while D guesses: its score ½ and, of cross-entropy in nats, 2 ln 2 for D's two images and ln 2 for G's. Smoothed
  // labels move both.
  function references({ loss, realTarget = 1 }) {
    const isCrossEntropy = loss === "non-saturating" && realTarget === 1;
    return {
      losses: isCrossEntropy ? [{ value: 2 * Math.LN2, label: "2 ln 2" }, { value: Math.LN2, label: "ln 2" }] : [],
      scores: isCrossEntropy || loss === "least-squares" ? [{ value: 0.5, label: "½" }] : [],
    };
  }

  return { of, references };
})();
