// The gradients: dy can be changed, dx and dW follow.
const backward = (() => {
  const { $, element } = dom,
    { format } = numerals;
  let cells = { dx: [], dw: [] };

  function build(act) {
    const { state, seen } = model,
      g = seen.worked.geometry,
      taps = geometry.taps(g),
      room = Math.min(560, grids.roomFor($("panel-backward")));
    const [one, other, product] = model.transposed()
      ? ["transposed convolution", "convolution", "C · dy"]
      : ["convolution", "transposed convolution", "Cᵀ · dy"];
    $("backward-text").textContent =
      `dx = ${product}: the gradient of a ${one} is the ${other}. dW sums x · dy over the places of each weight.`;
    cells = { dx: [], dw: [] };
    const side = (name, { channels, size: [h, w] }, make) =>
      grids.tiles(
        Array.from({ length: channels }, (_, c) =>
          grids.figure(name, channels === 1 ? `${h}×${w}` : `channel ${c}`, {
            rows: grids.plain(h),
            columns: grids.plain(w),
            room: grids.shareOf(room, channels, w),
            largest: 36,
            caption: `${name}${channels === 1 ? "" : ` channel ${c}`}`,
            make: (row, column) => make((c * h + row.at) * w + column.at),
          }),
        ),
      );
    const kernels = grids.tiles(
      Array.from({ length: geometry.kernels(g) }, (_, kernel) =>
        grids.figure(model.kernelName(kernel).replace("w", "dW"), `${g.rows.kernel}×${g.columns.kernel}`, {
          rows: grids.plain(g.rows.kernel),
          columns: grids.plain(g.columns.kernel),
          room,
          largest: 36,
          caption: "gradient of the kernel",
          make: (row, column) => {
            const tap = row.at * g.columns.kernel + column.at,
              cell = element("span", { class: "cell" }, format(seen.worked.dw[kernel * taps + tap]));
            grids.paintTap(cell, tap);
            return (cells.dw[kernel * taps + tap] = cell);
          },
        }),
      ),
    );
    const dy = { ...model.sides.y(), name: "dy" };
    $("gradients").replaceChildren(
      side("dy", dy, index => grids.numberCell("dy", index, model.named(index, dy), act.change)),
      side("dx", model.sides.x(), index => (cells.dx[index] = element("span", { class: "cell" }, format(seen.worked.dx[index])))),
      kernels,
    );
  }

  // A number has changed: what follows from it changes in place.
  function refresh() {
    for (const name of ["dx", "dw"]) cells[name].forEach((cell, i) => grids.say(cell, format(model.seen.worked[name][i])));
  }

  return { build, refresh };
})();
