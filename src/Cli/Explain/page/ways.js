// Several ways to one y, each by arithmetic of its own, and whether they agree, with each other and with MiniGan's layer.
const ways = (() => {
  const { $, element } = dom,
    { format } = numerals;
  let cells = [];

  const now = () => worked.ways(model.state.settings, model.seen.worked.geometry, model.seen.worked.entries, model.state.x, model.state.w);

  function build(act) {
    const all = now(),
      {
        channels,
        size: [h, w],
      } = model.sides.y();
    if (model.state.isOwn) all.push([model.transposed() ? "MiniGan's ConvTranspose2D" : "MiniGan's Conv2D", model.data.expected.y]);
    $("ways-text").textContent = `y, computed in ${all.length} ways, each by arithmetic of its own. Point at a number of any of them.`;
    cells = [];
    $("ways").replaceChildren(
      ...all.map(([name, values]) =>
        grids.tiles(
          Array.from({ length: channels }, (_, c) => {
            const figure = grids.figure(name, channels === 1 ? "" : ` channel ${c}`, {
              rows: grids.plain(h),
              columns: grids.plain(w),
              room: Math.min(270, grids.roomFor($("ways").parentElement)),
              largest: 34,
              caption: `y by ${name}${channels === 1 ? "" : `, channel ${c}`}`,
              make: (row, column) => {
                const index = (c * h + row.at) * w + column.at,
                  cell = element("span", { class: "cell" }, format(values[index]));
                cell.addEventListener("pointerenter", event => {
                  if (event.pointerType === "mouse" && !model.state.pinned) act.inspect(index);
                });
                cell.addEventListener("pointerleave", event => {
                  if (event.pointerType === "mouse" && !model.state.pinned) act.inspect(null);
                });
                cell.addEventListener("click", () => act.pin(index));
                cells.push({ cell, index });
                return cell;
              },
            });
            return figure;
          }),
        ),
      ),
    );
  }

  function tell() {
    const { state, seen } = model,
      { y, dx, dw } = seen.worked,
      { agree } = numerals;
    const magnitude = worked.magnitudes(state.settings, state.x, state.w, state.dy),
      all = now();
    let holds = all.every(([, values]) => agree(values, y, magnitude.y));
    const names = all.map(([name]) => name);
    if (state.isOwn) {
      const { expected } = model.data;
      holds = holds && agree(y, expected.y, magnitude.y) && agree(dx, expected.dx, magnitude.dx) && agree(dw, expected.dw, magnitude.dw);
      names.push(`MiniGan's ${model.transposed() ? "ConvTranspose2D" : "Conv2D"}`);
    }
    $("agreement").classList.toggle("broken", !holds);
    $("agreement").textContent = holds
      ? `✓ ${names.join(", ").replace(/, ([^,]*)$/, " and $1")} agree in all ${y.length} numbers of y.`
      : `✗ The views disagree. Please report this: ${JSON.stringify(state.settings)}`;
  }

  function paint() {
    const { side, index } = model.focus();
    for (const { cell, index: own } of cells) cell.classList.toggle("active", side === "y" && own === index);
  }

  return { build, tell, paint };
})();
