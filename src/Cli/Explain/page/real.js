// A layer of a trained network, as `explain --checkpoint RUN --layer N` hands it over: { title, says, maps: [{ name, rows, columns, values,
// crop }] }.
const real = (() => {
  const { $, element } = dom,
    { data } = model,
    THUMB = 150;

  // The last step of the lesson.
  const step = () => ({
    id: "layer",
    title: "Your layer",
    settings: data.settings,
    fill: "own",
    shows: "both",
    atEnd: true,
    says: `${data.real.title}: its own weights, and the numbers of one sample on their way through it.`,
    does: "Step through it, and look at the pictures below.",
    act: { label: "Next step", step: 1 },
    sees: "Nothing new happens in a network: its layers are C and Cᵀ with weights that training found, negative ones and positive ones.",
  });

  // Numbers as a picture, the least black and the largest white; what the grids show of it is framed.
  function picture({ name, rows, columns, values, crop }) {
    const canvas = element("canvas", { class: "thumb", width: columns, height: rows, role: "img", "aria-label": name });
    const context = canvas.getContext("2d"),
      image = context.createImageData(columns, rows);
    const low = values.reduce((a, b) => Math.min(a, b)),
      high = values.reduce((a, b) => Math.max(a, b));
    values.forEach((value, i) =>
      image.data.set([...Array(3).fill(high > low ? Math.round(((value - low) / (high - low)) * 255) : 128), 255], i * 4),
    );
    context.putImageData(image, 0, 0);
    const scale = Math.max(1, Math.floor(THUMB / Math.max(rows, columns)));
    [canvas.style.width, canvas.style.height] = [`${columns * scale}px`, `${rows * scale}px`];
    const holder = element("div", { class: "grid" }, canvas);
    if (crop && (crop[2] < rows || crop[3] < columns)) {
      const frame = element("div", { class: "window crop", "aria-hidden": "true" }),
        [top, left, height, width] = crop.map(value => value * scale);
      Object.assign(frame.style, { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` });
      holder.append(frame);
    }
    return element("figure", {}, element("figcaption", {}, element("b", {}, name), `${rows}×${columns}`), holder);
  }

  function build() {
    $("real").hidden = !data.real;
    if (!data.real) return;
    $("real-title").textContent = data.real.title;
    $("real-text").textContent = data.real.says;
    $("real-maps").replaceChildren(...data.real.maps.map(picture));
  }

  return { step, build };
})();
