// The discriminator's view: its scores of the newest samples and of real pictures, over time, and which pixels move them.
const critic = (() => {
  const { element, svg, panel } = dom;
  const KINDS = [
      ["real", "Real pictures", "var(--c1)"],
      ["made", "Generated", "var(--c2)"],
    ],
    SIDE = 56;

  // The images of a PNG in base64, so many in a row of it, as pixels: [ImageData, …].
  async function cut(png, count, columns, [height, width]) {
    const image = new Image();
    image.src = `data:image/png;base64,${png}`;
    await image.decode();
    const sheet = element("canvas", { width: image.width, height: image.height }),
      context = sheet.getContext("2d", { willReadFrequently: true });
    context.drawImage(image, 0, 0);
    return Array.from({ length: count }, (_, i) =>
      context.getImageData((i % columns) * width, Math.floor(i / columns) * height, width, height),
    );
  }

  // The picture faint, and over it what would raise the score if it were brighter (orange) or darker (blue).
  function heated(picture, gradient) {
    const result = new ImageData(picture.width, picture.height);
    for (let i = 0; i < picture.data.length; i += 4) {
      const value = (gradient.data[i] - 127.5) / 127.5,
        part = Math.abs(value) <= 1 / 127.5 ? 0 : Math.min(1, Math.sqrt(Math.abs(value))); // 127 and 128 both stand for 0
      const grey = (0.45 * (picture.data[i] + picture.data[i + 1] + picture.data[i + 2])) / 3;
      const colour = value > 0 ? [255, 150, 40] : [70, 140, 255];
      colour.forEach((level, c) => {
        result.data[i + c] = grey * (1 - part) + level * part;
      });
      result.data[i + 3] = 255;
    }
    return result;
  }

  function bars({ low, high, counts }) {
    const W = 300,
      H = 90,
      most = Math.max(...counts.flat(), 1),
      wide = W / judge.BINS;
    const all = counts.flatMap((bins, k) =>
      bins.map((count, i) =>
        svg("rect", {
          x: i * wide + 1,
          width: wide - 2,
          y: H - (count / most) * H,
          height: (count / most) * H,
          style: `fill: ${KINDS[k][2]}`,
          class: "bar",
        }),
      ),
    );
    const label = counts.map((bins, k) => `${KINDS[k][1]}: ${bins.join(", ")}`).join("; ");
    return element(
      "figure",
      { class: "histogram" },
      svg(
        "svg",
        {
          viewBox: `0 0 ${W} ${H}`,
          preserveAspectRatio: "none",
          role: "img",
          "aria-label": `Scores from ${format.number(low)} to ${format.number(high)}. ${label}`,
        },
        ...all,
      ),
      element("figcaption", {}, element("span", {}, format.number(low)), element("span", {}, format.number(high))),
    );
  }

  // view: shared with the other charts.
  function create(view, onpick) {
    const about = element("p"),
      problem = element("p", { class: "error", hidden: true }),
      grids = element("div", { class: "judged" }),
      histogram = element("div");
    const heat = element("input", { type: "checkbox", onchange: () => paint() });
    const toggle = element(
      "label",
      { class: "check" },
      heat,
      "∂D/∂pixel: orange pixels would raise the score if they were brighter, blue ones if they were darker",
    );
    const time = chart.create({ title: "Its scores: medians, and half of all pictures around them", view, onpick, height: 190 });
    const node = panel(
      "critic",
      "The discriminator's view",
      about,
      problem,
      element("div", { class: "critic-body" }, element("div", {}, grids, toggle), element("div", {}, histogram, time.node)),
    );
    let shown = null,
      sheets = [];

    function paint() {
      for (const { canvas, picture, gradient } of sheets)
        canvas.getContext("2d", { willReadFrequently: true }).putImageData(heat.checked ? heated(picture, gradient) : picture, 0, 0);
    }

    async function draw(data, scale) {
      const made = [],
        parts = [];
      for (const [kind, title] of KINDS) {
        const { scores, images, gradient } = data[kind],
          size = data.image;
        const [pictures, gradients] = await Promise.all([images, gradient].map(png => cut(png, scores.length, data.columns, size)));
        const order = Array.from(scores.keys()).sort((a, b) => (scores[b] ?? -Infinity) - (scores[a] ?? -Infinity));
        const figures = order.map(i => {
          const said = format.number(scores[i] === null ? null : Number(scale.of(scores[i]).toPrecision(2)));
          const canvas = element("canvas", {
            width: size[1],
            height: size[0],
            role: "img",
            "aria-label": `${title}, score ${said}`,
            style: `width: ${SIDE}px`,
          });
          made.push({ canvas, picture: pictures[i], gradient: gradients[i] });
          return element("figure", {}, canvas, element("figcaption", {}, said));
        });
        parts.push(element("h3", {}, title), element("div", { class: "faces" }, ...figures));
      }
      return [made, parts];
    }

    // data: a run's.
    async function update({ discriminator: data, scores: table, configuration: { gan } }) {
      node.hidden = !data;
      if (!data) return;
      const scale = judge.scaleOf(gan.loss);
      time.update(KINDS.map(([kind, label, colour]) => ({ label, colour, plain: true, ...judge.overTime(table, kind, scale) })));
      const key = JSON.stringify([data.step, data.problem, data.made?.images]);
      if (key === shown) return;
      shown = key;
      try {
        if (data.problem) throw new Error(`It cannot be asked: ${data.problem}`);
        const { real, made } = data,
          values = [real, made].map(({ scores }) => scores.map(score => (score === null ? NaN : scale.of(score))));
        const told = judge.toldApart(...[real, made].map(({ scores }) => scores.map(score => score ?? NaN))),
          bins = judge.histogram(values, scale.range);
        const [next, parts] = await draw(data, scale);
        sheets = next;
        grids.replaceChildren(...parts);
        histogram.replaceChildren(...(bins ? [element("h3", {}, scale.name), bars(bins)] : []));
        about.textContent =
          `After step ${format.count(data.step)}, of the newest samples and as many real pictures, in inference mode; the most real first. ` +
          (told === null
            ? ""
            : `Of a real and a generated picture it puts the real one first in ${format.share(told)} of all pairs; 50 % would be guessing.`);
        problem.hidden = true;
        paint();
      } catch (error) {
        problem.textContent =
          error instanceof TypeError || error.name === "EncodingError" ? "discriminator.json is damaged." : error.message;
        problem.hidden = false;
      }
    }

    return { node, update };
  }

  return { create };
})();
