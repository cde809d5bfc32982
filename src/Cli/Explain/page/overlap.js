// How many taps meet each pixel of the large side.
const overlap = (() => {
  const { $, element } = dom;

  function build() {
    const {
        overlap: { counts, even, rowPhases, columnPhases },
        geometry: g,
      } = model.seen.worked,
      most = Math.max(...counts, 1);
    const target = model.transposed() ? "y" : "x";
    $("overlap-text").textContent =
      `How many taps ${model.transposed() ? "reach" : "read"} each pixel of ${target}. ` +
      (even
        ? "Away from the edges it is even: the taps fall evenly onto the phases of the stride."
        : `Uneven: onto the phases of the stride fall ${rowPhases.join(" and ")} rows and ${columnPhases.join(" and ")} ` +
          "columns of the kernel. This is where checkerboards come from.");
    $("overlap").replaceChildren(
      grids.figure(target, `${g.rows.image}×${g.columns.image}`, {
        rows: grids.plain(g.rows.image),
        columns: grids.plain(g.columns.image),
        room: Math.min(520, grids.roomFor($("overlap").parentElement)),
        largest: Math.max(18, Math.min(40, Math.floor((window.innerHeight - 440) / g.rows.image) - 3)),
        caption: `Taps at each pixel of ${target}`,
        make: (row, column) => {
          const count = counts[row.at * g.columns.image + column.at],
            share = count / most;
          const cell = element("span", { class: "cell" }, String(count));
          cell.style.background = `rgb(var(--heat) / ${(0.06 + 0.84 * share).toFixed(3)})`;
          if (share > 0.6) cell.style.color = "var(--accent-ink)";
          return cell;
        },
      }),
    );
  }

  return { build };
})();
