// What made a number of a map: the products of the layer's trained kernel and the numbers that it reaches, their sum, and what came after.
const cellView = (() => {
  const { element } = dom;
  const MOST_CHANNELS = 3,
    MOST_PRODUCTS = 8;
  const short = value => format.number(Number(value.toPrecision(3))).replace("-", "−");
  const colour = (tap, taps) => `hsl(${Math.round((360 * tap) / taps)} 70% 50% / .28)`;

  // rows × columns cells; content(row, column) → [text, colour] or null where there is nothing; a colour of "none" makes it faint.
  function numbers(title, rows, columns, content) {
    const cells = Array.from({ length: rows * columns }, (_, i) => {
      const [text = "", ground = ""] = content(Math.floor(i / columns), i % columns) ?? [];
      return element(
        "span",
        {
          class: !text ? "empty" : ground === "none" ? "unused" : null,
          style: ground && ground !== "none" ? `background: ${ground}` : null,
        },
        text,
      );
    });
    return element(
      "figure",
      { class: "numbers" },
      element("figcaption", {}, title),
      element("div", { class: "cells", style: `grid-template-columns: repeat(${columns}, auto)` }, ...cells),
    );
  }

  // The numbers that are reached, the kernel, and the products, where the same tap has the same colour.
  function ofChannel({ layer }, { channel, products, sum }, kernel) {
    const [kh, kw] = layer.kernel,
      [, , width] = layer.type === "ConvTranspose2D" ? layer.map : layer.image,
      taps = kh * kw;
    const rows = [...new Set(products.map(({ at }) => Math.floor(at / width)))].sort((a, b) => a - b);
    const columns = [...new Set(products.map(({ at }) => at % width))].sort((a, b) => a - b);
    const of = value => (row, column) => {
      const product = products.find(({ at }) => at === rows[row] * width + columns[column]);
      return product ? [short(value(product)), colour(product.tap, taps)] : null;
    };
    const used = new Set(products.map(({ tap }) => tap));
    return element(
      "div",
      { class: "made" },
      numbers(
        `x, channel ${channel}`,
        rows.length,
        columns.length,
        of(product => product.value),
      ),
      element("i", {}, "·"),
      numbers(`w, ${kh}×${kw}`, kh, kw, (row, column) => [
        short(kernel[row * kw + column]),
        used.has(row * kw + column) ? colour(row * kw + column, taps) : "none",
      ]),
      element("i", {}, "="),
      numbers(
        "products",
        rows.length,
        columns.length,
        of(product => product.value * product.weight),
      ),
      element("i", {}, "Σ"),
      element("b", {}, short(sum)),
    );
  }

  const ofNumber = ({ products: [{ channel, value, weight }], sum }) =>
    element(
      "div",
      { class: "made" },
      element("span", {}, `z, ${channel}: ${short(value)} · ${short(weight)} =`),
      element("b", {}, short(sum)),
    );

  // What the layer does, in the words of the lesson.
  function does({ layer }, { channels }) {
    const reached = channels[0]?.products.length ?? 0,
      all = `${reached} number${reached === 1 ? "" : "s"} of each of ${channels.length} channel${channels.length === 1 ? "" : "s"}`;
    return layer.type === "Linear"
      ? `A row of W times z: ${channels.length} products.`
      : layer.type === "ConvTranspose2D"
        ? `Scatter (Cᵀ · x): each number of x lays the kernel, times itself, onto y. ${all} reach this one, each by another tap.`
        : `Gather (C · x): the kernel lies over ${all}.`;
  }

  const after = {
    Residual: ({ added }) => `+ ${short(added)} by the shortcut`,
    BatchNorm2D: () => "normalised",
    ConditionalBatchNorm2D: () => "normalised, by class",
  };

  function sums(stage, { channels, bias, sum, steps }, shown) {
    const rest = channels.slice(shown),
      parts = [];
    if (rest.length > 0) parts.push(`${rest.length} more: ${short(rest.reduce((total, { sum: part }) => total + part, 0))}`);
    if (stage.layer.bias !== null) parts.push(`bias ${short(bias)}`);
    return element(
      "p",
      { class: "sums" },
      parts.length > 0 ? `${parts.join(" · ")} · ` : "",
      "together ",
      element("b", {}, short(sum)),
      ...steps.flatMap(step => [` → ${after[step.name]?.(step) ?? step.name} `, element("b", {}, short(step.value))]),
    );
  }

  // name: the run's.
  function create(name) {
    const title = element("h3", {}),
      body = element("div", { class: "cell-body" }),
      node = element("div", { class: "cell", role: "status", hidden: true }, title, body);

    // of: { own, stage, number, index, told }, or null; own is the generator.
    function update(of) {
      node.hidden = of === null;
      if (of === null) return;
      const { own, stage, number, index, told } = of,
        [channels, , width] = stage.shape,
        place = Math.floor(index / channels);
      const value = short(stage.map[index]);
      if (!told) {
        title.textContent = `z, ${index}: ${value}`;
        body.replaceChildren(
          element(
            "p",
            { class: "note" },
            index < own.latentSize
              ? "A normal random number, moved by the sliders."
              : `How much of the label ${own.labels[index - own.latentSize]} is wanted.`,
          ),
        );
        return;
      }
      const at = `row ${Math.floor(place / width)}, column ${place % width}`;
      title.textContent = `Layer ${number}, channel ${index % channels}, ${at}: ${value}`;
      const isLinear = stage.layer.type === "Linear",
        shown = isLinear ? MOST_PRODUCTS : MOST_CHANNELS;
      const layer = own.layers.indexOf(stage.layer),
        parts = told.channels
          .slice(0, shown)
          .map(channel => (isLinear ? ofNumber(channel) : ofChannel(stage, channel, told.kernel(channel.channel))));
      body.replaceChildren(
        element("p", {}, does(stage, told), told.channels.length > shown ? ` The ${shown} that count most:` : ""),
        element("div", { class: isLinear ? "makers list" : "makers" }, ...parts),
        sums(stage, told, shown),
        isLinear || layer < 0
          ? ""
          : element(
              "p",
              { class: "note" },
              "The lesson of this layer, step by step: ",
              element("code", {}, `minigan explain --checkpoint runs/${name} --layer ${layer}`),
            ),
      );
    }

    return { node, update };
  }

  return { create };
})();
