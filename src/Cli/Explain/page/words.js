// The step in words: what is made, and every product of it.
const words = (() => {
  const { $, element } = dom,
    { format } = numerals,
    MOST_TERMS = 64;

  function paint(lit) {
    const { side, index } = model.focus(),
      { state, seen } = model,
      isSum = side === "y",
      terms = [];
    lit.slice(0, MOST_TERMS).forEach((e, i) => {
      const x = state.x[model.inputOf(e)],
        w = state.w[e.weight],
        title = `${model.named(model.inputOf(e), model.sides.x())} · w`;
      const term = element("span", { class: "term", title }, `${format(x)} · ${format(w)}${isSum ? "" : ` = ${format(x * w)}`}`);
      grids.paintTap(term, e.tap);
      if (i > 0 && isSum) terms.push(element("span", { class: "plus" }, "+"));
      terms.push(term);
    });
    if (lit.length > MOST_TERMS) terms.push(element("span", { class: "plus" }, `and ${lit.length - MOST_TERMS} more`));
    if (isSum && lit.length > 0) terms.push(element("span", { class: "total" }, `= ${format(seen.worked.y[index])}`));
    $("sentence").textContent = isSum ? ofSum(index, lit.length) : ofPiece(index, lit.length);
    $("terms").replaceChildren(...terms);
  }

  function ofSum(index, count) {
    const name = model.named(index, model.sides.y());
    if (count === 0) return `${name} is 0: no tap reaches ${model.transposed() ? "it" : "anything but padding"}.`;
    const zeros = model.isStretched() && model.state.inspected === null ? "; the other taps meet zeros" : "";
    return `${name} is the sum of ${count} product${count === 1 ? "" : "s"}, x\u00a0·\u00a0w${zeros}:`;
  }

  function ofPiece(index, count) {
    const g = model.seen.worked.geometry,
      cut = geometry.taps(g) * geometry.depth(g) - count;
    const lost =
      cut > 0 ? `; ${cut} of the products ${cut === 1 ? "falls" : "fall"} on the padding and ${cut === 1 ? "is" : "are"} cut off` : "";
    return `${model.named(index, model.sides.x())} = ${format(model.state.x[index])} times the kernel, added onto y${lost}:`;
  }

  return { paint };
})();
