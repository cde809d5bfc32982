// Grids of cells: x, w and y as they are seen, touched and changed.
const grids = (() => {
  const { element } = dom,
    { format } = numerals;

  // Long numbers are written smaller, so that they stay inside their cell.
  function fit(cell, text) {
    const small = text.length > 3 && cell.room >= 17;
    cell.style.fontSize = small ? `${Math.max(7, Math.min(cell.room * 0.4, 16, (cell.room * 1.5) / text.length))}px` : "";
  }

  function say(cell, text) {
    cell.textContent = text;
    fit(cell, text);
  }

  // A figure: the name, what it is, and cells with their indices at the edges. rows, columns: [{ label, … }]; make(row, column) → cell.
  function figure(name, what, { rows, columns, make, caption, room, largest = 42 }) {
    const index = 16,
      gap = columns.length > 20 ? 1 : 3;
    const size = Math.max(7, Math.min(largest, Math.floor((room - index - gap * (columns.length + 1)) / columns.length)));
    const node = element("div", { class: "grid", role: "group", "aria-label": caption });
    node.style.setProperty("--size", `${size}px`);
    node.style.setProperty("--gap", `${gap}px`);
    node.style.setProperty("--font", `${Math.max(9, Math.min(16, size * 0.4))}px`);
    node.style.gridTemplateColumns = `${index}px repeat(${columns.length}, ${size}px)`;
    node.style.gridTemplateRows = `14px repeat(${rows.length}, ${size}px)`;
    node.metrics = { size, gap, index, top: 14 };
    const label = text => element("span", { class: "index", "aria-hidden": "true" }, size >= 15 ? text : "");
    node.append(label(""), ...columns.map(column => label(column.label)));
    for (const row of rows) {
      node.append(label(row.label));
      for (const column of columns) {
        const cell = make(row, column);
        if (size < 17) cell.classList.add("bare");
        cell.room = size;
        fit(cell, cell.value ?? cell.textContent);
        node.append(cell);
      }
    }
    const result = element("figure", {}, element("figcaption", {}, element("b", {}, name), what), node);
    result.grid = node;
    return result;
  }

  const plain = count => Array.from({ length: count }, (_, i) => ({ at: i, label: String(i), inside: true }));

  // The pixels of an axis of the large side, with the padding that the kernel reaches.
  function reached(axis, after) {
    const end = Math.max(
      (axis.map - 1) * axis.stride + (axis.kernel - 1) * axis.dilation + 1 - axis.before,
      axis.image + after,
      axis.image,
    );
    return Array.from({ length: end + axis.before }, (_, i) => {
      const at = i - axis.before,
        inside = at >= 0 && at < axis.image;
      return { at, label: inside ? String(at) : "", inside };
    });
  }

  const roomFor = container => Math.max(240, container.clientWidth - parseFloat(getComputedStyle(container).paddingLeft) * 2);

  // Channels stand side by side if their cells stay large enough for that.
  function shareOf(room, channels, columns) {
    const share = Math.floor((room - 22 * (channels - 1)) / channels);
    return share >= columns * 31 + 20 ? share : room;
  }

  // A cell in which a number of x, w or dy can be changed; what is no number, or cannot be computed with, is put back.
  function numberCell(which, index, name, change) {
    const value = model.state[which][index];
    const cell = element("input", {
      class: "cell",
      type: "text",
      inputmode: "text",
      value: format(value),
      "aria-label": name,
      autocomplete: "off",
      spellcheck: "false",
    });
    cell.addEventListener("change", () => {
      const text = cell.value.trim().replace(",", ".").replace("−", "-"),
        next = Number(text);
      const isTaken = text !== "" && numerals.fits(next) && change(which, index, next);
      if (!isTaken) cell.value = format(model.state[which][index]);
      fit(cell, cell.value);
    });
    cell.addEventListener("focus", () => cell.select());
    return cell;
  }

  const tiles = figures => element("div", { class: "side" }, element("div", { class: "tiles" }, ...figures));

  function paintTap(cell, tap) {
    const colour = tap === null ? null : colours.tap(tap);
    cell.style.background = colour ?? "";
    cell.style.color = colour ? colours.inkOn(colour) : "";
  }

  return { figure, plain, reached, roomFor, shareOf, numberCell, tiles, fit, say, paintTap };
})();
