"use strict";

// What is seen and touched. All numbers come from convolution.js, and the first ones are compared with those that MiniGan's own layers computed.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const { limits, palette } = data;
  const $ = id => document.getElementById(id);
  const PAIRS = ["input", "kernel", "stride", "dilation", "outputPadding"], SIDES = ["top", "left", "bottom", "right"], CHANNELS = ["inputChannels", "outputChannels"];
  const MOST_TERMS = 64, SECONDS_PER_STEP = 0.9;

  const state = {
    settings: structuredClone(data.settings), x: [...data.x], w: [...data.w], dy: [...data.dy], backward: data.backward,
    step: 0, inspected: null, pinned: false, timer: null, seed: 1, fill: "counting", untouched: true,
  };
  let lesson, cells;

  // ---- Small helpers

  function element(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
    }
    node.append(...children);
    return node;
  }

  const { format } = convolution;
  const tapColour = tap => {
    const columns = lesson.geometry.columns.kernel, row = Math.floor(tap / columns);
    return palette[columns - 1][row % palette[columns - 1].length][tap % columns];
  };
  const luminance = hex => {
    const [r, g, b] = [1, 3, 5].map(i => parseInt(hex.slice(i, i + 2), 16) / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const inkOn = hex => luminance(hex) > 0.18 ? "#10131a" : "#ffffff";
  const counting = count => Array.from({ length: count }, (_, i) => i % 9 + 1);
  const sizes = (channels, [h, w]) => channels === 1 ? `${h}×${w}` : `${channels}×${h}×${w}`;
  const transposed = () => state.settings.transposed;
  const inputSide = () => ({ name: "x", channels: state.settings.inputChannels, size: state.settings.input });
  const outputSide = () => ({ name: "y", channels: state.settings.outputChannels, size: lesson.outputSize });
  const outputOf = entry => transposed() ? entry.column : entry.row;
  const inputOf = entry => transposed() ? entry.row : entry.column;
  const position = (index, side) => {
    const [h, w] = side.size, row = Math.floor(index / w) % h, column = index % w;
    return side.channels === 1 ? `${row},${column}` : `${Math.floor(index / (h * w))},${row},${column}`;
  };
  // Brackets are not torn apart at the end of a line.
  const unbroken = line => line.replace(/\([^()]*\)/g, bracket => bracket.replaceAll(" ", "\u00a0"));
  const named = (index, side) => `${side.name}[${position(index, side)}]`;

  // A generator of small random integers (mulberry32), so that the same clicks give the same numbers.
  function randomIntegers(count) {
    return Array.from({ length: count }, () => {
      state.seed = (state.seed + 0x6D2B79F5) | 0;
      let t = Math.imul(state.seed ^ (state.seed >>> 15), 1 | state.seed);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return ((t ^ (t >>> 14)) >>> 0) % 9 - 4;
    });
  }

  // ---- Computing

  function fillWhereSizesChanged(next, force) {
    const g = convolution.geometryOf(next.settings);
    const [inputs, outputs] = next.settings.transposed
      ? [convolution.mapCount(g), convolution.imageCount(g)]
      : [convolution.imageCount(g), convolution.mapCount(g)];
    if (Math.max(g.rows.image, g.columns.image, g.rows.map, g.columns.map) > limits.side) {
      throw new RangeError(`The large side would be ${g.rows.image}×${g.columns.image}; this page shows up to ${limits.side}×${limits.side}. Use smaller sizes.`);
    }
    if (inputs * outputs > limits.matrix) {
      throw new RangeError(`The matrix would have ${inputs * outputs} places; this page shows up to ${limits.matrix}. Use smaller sizes or fewer channels.`);
    }
    const taps = convolution.taps(g), weights = convolution.weightCount(g);
    const make = count => next.fill === "random" ? randomIntegers(count) : counting(count);
    if (force || next.x.length !== inputs) next.x = make(inputs);
    if (force || next.w.length !== weights) {
      next.w = next.fill === "random" ? make(weights) : Array.from({ length: weights }, (_, i) => (i % taps + Math.floor(i / taps)) % 9 + 1);
    }
    if (next.dy.length !== outputs) next.dy = counting(outputs);
  }

  // Takes changes over only once they have been computed: what is drawn is always a lesson with the settings and numbers that it was made of.
  function recompute(changes = {}, { force = false, keepStep = false } = {}) {
    const next = { settings: state.settings, x: state.x, w: state.w, dy: state.dy, fill: state.fill, ...changes };
    try {
      checkLimits(next.settings);
      fillWhereSizesChanged(next, force);
      lesson = convolution.explain(next.settings, next.x, next.w, next.dy);
    } catch (problem) {
      if (!(problem instanceof RangeError)) throw problem;
      showError(problem.message);
      return false;
    }
    Object.assign(state, next);
    showError(null);
    lesson.steps = convolution.mapCount(lesson.geometry);
    if (!keepStep) state.step = 0;
    state.step = Math.min(state.step, lesson.steps - 1);
    state.inspected = null;
    state.pinned = false;
    return true;
  }

  function checkLimits(s) {
    const within = (value, low, high, name) => {
      if (!Number.isInteger(value) || value < low || value > high) throw new RangeError(`${name} must be a whole number from ${low} to ${high}.`);
    };
    const names = { input: "Input", kernel: "Kernel", stride: "Stride", dilation: "Dilation", outputPadding: "Output padding" };
    for (const pair of PAIRS) s[pair].forEach(value => within(value, pair === "outputPadding" ? 0 : 1, limits[pair], names[pair]));
    for (const side of SIDES) if (s.padding.kind === "explicit") within(s.padding[side], 0, limits.padding, `Padding (${side})`);
    for (const channels of CHANNELS) within(s[channels], 1, limits.channels, "Channels");
  }

  function showError(message) {
    $("error").hidden = message === null;
    $("error").textContent = message ?? "";
    document.querySelectorAll(".stage, .matrix, .size, .overlap, .backward").forEach(panel => panel.classList.toggle("stale", message !== null));
    if (message !== null) pause();
  }

  // ---- Building the page for a setting

  const roomFor = container => Math.max(240, container.clientWidth - parseFloat(getComputedStyle(container).paddingLeft) * 2);

  // Long numbers are written smaller, so that they stay inside their cell.
  function fit(cell, text) {
    cell.style.fontSize = text.length > 3 && cell.room >= 17 ? `${Math.max(7, Math.min(cell.room * 0.4, 16, cell.room * 1.5 / text.length))}px` : "";
  }

  function grid(side, channel, { rows, columns, make, caption, room, largest = 44 }) {
    const index = 16, gap = columns.length > 20 ? 1 : 3;
    const size = Math.max(7, Math.min(largest, Math.floor((room - index - gap * (columns.length + 1)) / columns.length)));
    const node = element("div", { class: "grid", role: "group", "aria-label": caption });
    node.style.setProperty("--size", `${size}px`);
    node.style.setProperty("--gap", `${gap}px`);
    node.style.setProperty("--font", `${Math.max(9, Math.min(16, size * 0.4))}px`);
    node.style.gridTemplateColumns = `${index}px repeat(${columns.length}, ${size}px)`;
    node.style.gridTemplateRows = `14px repeat(${rows.length}, ${size}px)`;
    node.metrics = { size, gap, index, top: 14 };
    const label = text => element("span", { class: "index", "aria-hidden": "true" }, size >= 15 ? text : "");
    node.append(label(""));
    columns.forEach(column => node.append(label(column.label)));
    rows.forEach(row => {
      node.append(label(row.label));
      columns.forEach(column => {
        const cell = make(row, column);
        if (size < 17) cell.classList.add("bare");
        cell.room = size;
        fit(cell, cell.value ?? cell.textContent);
        node.append(cell);
      });
    });
    const figure = element("figure", {}, element("figcaption", {}, element("b", {}, side), channel), node);
    figure.grid = node;
    return figure;
  }

  const plain = count => Array.from({ length: count }, (_, i) => ({ at: i, label: String(i), inside: true }));

  // The pixels of an axis of the large side, with the padding that the kernel reaches.
  function reached(axis, after) {
    const end = Math.max((axis.map - 1) * axis.stride + (axis.kernel - 1) * axis.dilation + 1 - axis.before, axis.image + after, axis.image);
    return Array.from({ length: end + axis.before }, (_, i) => {
      const at = i - axis.before, inside = at >= 0 && at < axis.image;
      return { at, label: inside ? String(at) : "", inside };
    });
  }

  function build() {
    const { settings } = state, g = lesson.geometry, isTransposed = settings.transposed;
    cells = { x: [], w: [], y: [], ghosts: [], windows: [] };
    document.title = `MiniGan explain: ${isTransposed ? "transposed convolution" : "convolution"}`;
    $("title").textContent = isTransposed ? "A transposed convolution is Cᵀ · x" : "A convolution is C · x";
    const p = settings.padding;
    $("summary").textContent = `x ${sizes(settings.inputChannels, settings.input)} → y ${sizes(settings.outputChannels, lesson.outputSize)}, kernel ${settings.kernel.join("×")}, stride ${settings.stride.join("×")}, ` +
      `padding ${p.kind === "explicit" ? `[${SIDES.map(side => p[side]).join(", ")}]` : p.kind}, dilation ${settings.dilation.join("×")}${settings.outputPadding.some(v => v) ? `, output padding ${settings.outputPadding.join("×")}` : ""}`;
    $("stage-title").textContent = isTransposed ? "Each value of x times the kernel, laid onto y; overlaps are summed" : "The kernel slides over x; each step is a sum of products";
    document.querySelector("main").classList.toggle("tall", isTransposed && convolution.mapCount(g) <= 20);
    buildGrids(g);
    $("slider").max = String(lesson.steps);
    buildMatrixText();
    $("formula").replaceChildren(...lesson.formula.map(line => element("p", line.startsWith("  ") ? { class: "more" } : {}, unbroken(line.trim()))));
    buildOverlap(g);
    buildBackward(g);
    paint();
  }

  // Channels stand side by side if their cells stay large enough for that.
  function shareOf(room, channels, columns) {
    const share = Math.floor((room - 22 * (channels - 1)) / channels);
    return share >= columns * 31 + 20 ? share : room;
  }

  function buildGrids(g) {
    const room = roomFor($("grids").parentElement), isTransposed = transposed(), s = state.settings;
    const conv = !isTransposed && s.padding.kind === "explicit";
    const rows = reached(g.rows, conv ? s.padding.bottom : 0), columns = reached(g.columns, conv ? s.padding.right : 0);

    const editable = (which, index, name) => (cells[which][index] = numberCell(which, index, name));
    const result = index => {
      const cell = element("button", { class: "cell", type: "button", tabindex: index === 0 ? "0" : "-1" });
      cell.addEventListener("pointerenter", event => { if (event.pointerType === "mouse" && !state.pinned) inspect(index); });
      cell.addEventListener("pointerleave", event => { if (event.pointerType === "mouse" && !state.pinned) inspect(null); });
      cell.addEventListener("focus", () => { if (cell.matches(":focus-visible") && !state.pinned) inspect(index); });
      cell.addEventListener("blur", () => { if (!state.pinned && state.inspected === index) inspect(null); });
      cell.addEventListener("click", () => {
        const same = state.pinned && state.inspected === index;
        state.pinned = !same;
        inspect(same ? null : index);
      });
      cell.addEventListener("keydown", event => moveFocus(event, index));
      cells.y[index] = cell;
      return cell;
    };
    const ghost = (row, column) => {
      const cell = element("span", { class: "cell ghost" }, isTransposed ? "" : "0");
      cells.ghosts.push({ cell, row: row.at, column: column.at });
      return cell;
    };
    const imageCell = (channel, row, column) => {
      if (!row.inside || !column.inside) return ghost(row, column);
      const index = (channel * g.rows.image + row.at) * g.columns.image + column.at;
      return isTransposed ? result(index) : editable("x", index, named(index, inputSide()));
    };
    const mapCell = (channel, row, column) => {
      const index = (channel * g.rows.map + row.at) * g.columns.map + column.at;
      return isTransposed ? editable("x", index, named(index, inputSide())) : result(index);
    };

    const of = (name, count, width) => count === 1 ? width : `channel`;
    const images = Array.from({ length: g.imageChannels }, (_, channel) => {
      const name = isTransposed ? "y" : "x";
      const figure = grid(name, `${of(name, g.imageChannels, `${g.rows.image}×${g.columns.image}`)}${g.imageChannels > 1 ? ` ${channel}` : ""}`, {
        rows, columns, room: shareOf(room, g.imageChannels, columns.length), caption: `${name}${g.imageChannels > 1 ? ` channel ${channel}` : ""}, ${g.rows.image} by ${g.columns.image}`,
        make: (row, column) => imageCell(channel, row, column),
      });
      const frame = element("div", { class: "window", "aria-hidden": "true" });
      figure.grid.append(frame);
      cells.windows.push({ frame, grid: figure.grid });
      return figure;
    });
    const maps = Array.from({ length: g.mapChannels }, (_, channel) => {
      const name = isTransposed ? "x" : "y";
      return grid(name, `${of(name, g.mapChannels, `${g.rows.map}×${g.columns.map}`)}${g.mapChannels > 1 ? ` ${channel}` : ""}`, {
        rows: plain(g.rows.map), columns: plain(g.columns.map), room: shareOf(room, g.mapChannels, g.columns.map), caption: `${name}${g.mapChannels > 1 ? ` channel ${channel}` : ""}, ${g.rows.map} by ${g.columns.map}`,
        make: (row, column) => mapCell(channel, row, column),
      });
    });
    const slices = g.mapChannels * g.imageChannels, taps = convolution.taps(g);
    const kernels = Array.from({ length: slices }, (_, slice) => {
      const [from, to] = [Math.floor(slice / g.imageChannels), slice % g.imageChannels];
      return grid("w", slices === 1 ? `${g.rows.kernel}×${g.columns.kernel}` : `${from},${to}`, {
        rows: plain(g.rows.kernel), columns: plain(g.columns.kernel), room, caption: slices === 1 ? "kernel w" : `kernel w of map channel ${from} and image channel ${to}`,
        make: (row, column) => {
          const tap = row.at * g.columns.kernel + column.at;
          return editable("w", slice * taps + tap, `w${slices === 1 ? "" : ` ${from},${to}`}[${row.at},${column.at}]`);
        },
      });
    });
    const tiles = figures => element("div", { class: "side" }, element("div", { class: "tiles" }, ...figures));
    $("grids").replaceChildren(...(isTransposed ? [tiles(maps), tiles(kernels), tiles(images)] : [tiles(images), tiles(kernels), tiles(maps)]));
  }

  function moveFocus(event, index) {
    const [h, w] = lesson.outputSize, channel = Math.floor(index / (h * w));
    let row = Math.floor(index / w) % h, column = index % w;
    switch (event.key) {
      case "ArrowLeft": column--; break;
      case "ArrowRight": column++; break;
      case "ArrowUp": row--; break;
      case "ArrowDown": row++; break;
      default: return;
    }
    event.preventDefault();
    event.stopPropagation();
    if (row < 0 || column < 0 || row >= h || column >= w) return;
    const next = (channel * h + row) * w + column;
    state.pinned = false;
    cells.y.forEach((cell, i) => { cell.tabIndex = i === next ? 0 : -1; });
    cells.y[next].focus({ focusVisible: true });
    inspect(next);
  }

  function buildMatrixText() {
    const g = lesson.geometry, rows = convolution.mapCount(g), columns = convolution.imageCount(g), isTransposed = transposed();
    const name = isTransposed ? "Cᵀ" : "C", shape = isTransposed ? `${columns}×${rows}` : `${rows}×${columns}`;
    $("matrix-title").textContent = `y = ${name} · x, and ${name} is ${shape}`;
    const count = lesson.entries.length;
    $("matrix-text").textContent = `A row for each element of y, a column for each element of x. ${count} of its ${rows * columns} places hold a weight of the kernel; the rest is zeros. x stands above, y at the right.`;
    $("matrix").setAttribute("aria-label", `${name}, ${shape.replace("×", " by ")}, ${count} weights`);
    const matrix = convolution.matrixOf(g, lesson.entries, state.w), product = convolution.multiply(matrix, state.x, isTransposed);
    const magnitude = convolution.magnitudes(state.settings, state.x, state.w, state.dy);
    const { agree } = convolution;
    let holds = agree(lesson.y, product, magnitude.y), words = `${name} · x and ${isTransposed ? "the scattered pieces" : "the sums of products"} agree in all ${lesson.y.length} values`;
    if (state.untouched) {
      holds = holds && agree(lesson.y, data.expected.y, magnitude.y) && agree(lesson.dx, data.expected.dx, magnitude.dx) && agree(lesson.dw, data.expected.dw, magnitude.dw);
      words += `, and with MiniGan's ${isTransposed ? "ConvTranspose2D" : "Conv2D"}`;
    }
    $("agreement").classList.toggle("broken", !holds);
    $("agreement").textContent = holds ? `✓ ${words}.` : `✗ The views disagree. Please report this: ${JSON.stringify(state.settings)}`;
  }

  function buildOverlap(g) {
    const { counts, even, rowPhases, columnPhases } = lesson.overlap, most = Math.max(...counts, 1);
    const target = transposed() ? "y" : "x";
    $("overlap-text").textContent = `How many taps ${transposed() ? "reach" : "read"} each pixel of ${target}. ` + (even
      ? "Away from the edges it is even: the taps fall evenly onto the phases of the stride."
      : `Uneven: onto the phases of the stride fall ${rowPhases.join(" and ")} rows and ${columnPhases.join(" and ")} columns of the kernel. This is where checkerboards come from.`);
    const figure = grid(target, `${g.rows.image}×${g.columns.image}`, {
      rows: plain(g.rows.image), columns: plain(g.columns.image), room: roomFor($("overlap").parentElement), largest: 36, caption: `Taps at each pixel of ${target}`,
      make: (row, column) => {
        const count = counts[row.at * g.columns.image + column.at], share = count / most;
        const cell = element("span", { class: "cell" }, String(count));
        cell.style.background = `rgb(var(--heat) / ${(0.06 + 0.84 * share).toFixed(3)})`;
        if (share > 0.6) cell.style.color = "var(--accent-ink)";
        return cell;
      },
    });
    $("overlap").replaceChildren(figure);
  }

  function buildBackward(g) {
    [cells.dx, cells.dw] = [[], []];
    $("backward-panel").hidden = !state.backward;
    if (!state.backward) return;
    $("backward-text").textContent = transposed()
      ? "dx = C · dy: the gradient of a transposed convolution is the convolution. dW sums x · dy over the places of each weight."
      : "dx = Cᵀ · dy: the gradient of a convolution is the transposed convolution. dW sums x · dy over the places of each weight.";
    const room = roomFor($("backward-panel")), slices = g.mapChannels * g.imageChannels, taps = convolution.taps(g);
    const side = (name, channels, [h, w], values, change) => element("div", { class: "side" }, element("div", { class: "tiles" }, ...Array.from({ length: channels }, (_, c) =>
      grid(name, channels === 1 ? `${h}×${w}` : `channel ${c}`, {
        rows: plain(h), columns: plain(w), room: shareOf(room, channels, w), caption: `${name}${channels === 1 ? "" : ` channel ${c}`}`,
        make: (row, column) => {
          const index = (c * h + row.at) * w + column.at;
          if (!change) return (cells.dx[index] = element("span", { class: "cell" }, format(values[index])));
          return numberCell("dy", index, `${name}[${channels === 1 ? "" : `${c},`}${row.at},${column.at}]`);
        },
      }))));
    const kernels = element("div", { class: "side" }, element("div", { class: "tiles" }, ...Array.from({ length: slices }, (_, slice) =>
      grid("dW", slices === 1 ? `${g.rows.kernel}×${g.columns.kernel}` : `${Math.floor(slice / g.imageChannels)},${slice % g.imageChannels}`, {
        rows: plain(g.rows.kernel), columns: plain(g.columns.kernel), room, caption: "gradient of the kernel",
        make: (row, column) => {
          const tap = row.at * g.columns.kernel + column.at, colour = tapColour(tap);
          const cell = element("span", { class: "cell" }, format(lesson.dw[slice * taps + tap]));
          cell.style.background = colour;
          cell.style.color = inkOn(colour);
          cells.dw[slice * taps + tap] = cell;
          return cell;
        },
      }))));
    $("gradients").replaceChildren(
      side("dy", state.settings.outputChannels, lesson.outputSize, state.dy, true),
      side("dx", state.settings.inputChannels, state.settings.input, lesson.dx, false),
      kernels);
  }

  // A cell in which a number of x, w or dy can be changed; what is no number, or cannot be computed with, is put back.
  function numberCell(which, index, name) {
    const cell = element("input", { class: "cell", type: "text", inputmode: "text", value: format(state[which][index]), "aria-label": name, autocomplete: "off", spellcheck: "false" });
    cell.addEventListener("change", () => {
      const value = Number(cell.value.trim().replace(",", ".").replace("−", "-"));
      const taken = cell.value.trim() !== "" && convolution.fits(value) && valueChanged(which, index, value);
      if (!taken) cell.value = format(state[which][index]);
      fit(cell, cell.value);
    });
    cell.addEventListener("focus", () => cell.select());
    return cell;
  }

  // A number of x, w or dy is another one: what follows from it changes, in place.
  function valueChanged(which, index, value) {
    if (!recompute({ [which]: state[which].with(index, value), untouched: false }, { keepStep: true })) return false;
    buildMatrixText();
    for (const [list, values] of [[cells.dx, lesson.dx], [cells.dw, lesson.dw]]) {
      list.forEach((cell, i) => { cell.textContent = format(values[i]); fit(cell, cell.textContent); });
    }
    paint();
    return true;
  }

  // ---- Showing a step, or the products of one element of y

  const shownEntries = () => state.inspected === null ? lesson.entries.filter(e => e.row === state.step) : lesson.entries.filter(e => outputOf(e) === state.inspected);

  function paint() {
    const g = lesson.geometry, isTransposed = transposed(), inspecting = state.inspected !== null;
    const shown = shownEntries(), lit = new Map(), taps = new Map();
    for (const e of shown) {
      lit.set(`i${e.column}`, e.tap);
      if (inspecting) lit.set(`m${e.row}`, e.tap);
      taps.set(e.weight, e.tap);
    }
    const active = inspecting ? (isTransposed ? `i${state.inspected}` : `m${state.inspected}`) : `m${state.step}`;
    const channelOfStep = Math.floor((inspecting && !isTransposed ? state.inspected : state.step) / convolution.mapPositions(g));

    const values = outputNow();
    const colourCell = (cell, key) => {
      const tap = lit.get(key), isActive = key === active;
      cell.classList.toggle("active", isActive);
      cell.classList.toggle("pinned", isActive && state.pinned);
      const colour = !isActive && tap !== undefined ? tapColour(tap) : null;
      cell.style.background = colour ?? "";
      cell.style.color = colour ? inkOn(colour) : "";
    };
    cells.x.forEach((cell, i) => colourCell(cell, (isTransposed ? "m" : "i") + i));
    cells.y.forEach((cell, i) => {
      colourCell(cell, (isTransposed ? "i" : "m") + i);
      cell.textContent = values[i] === null ? "" : format(values[i]);
      fit(cell, cell.textContent);
      cell.setAttribute("aria-label", `${named(i, outputSide())} = ${format(lesson.y[i])}`);
    });
    cells.w.forEach((cell, i) => {
      const tap = i % convolution.taps(g), colour = tapColour(tap);
      cell.style.background = colour;
      cell.style.color = inkOn(colour);
      const used = taps.has(i) || (!inspecting && Math.floor(i / convolution.taps(g) / g.imageChannels) === channelOfStep);
      cell.classList.toggle("pale", !used);
    });

    const step = (inspecting && !isTransposed ? state.inspected : state.step) % convolution.mapPositions(g);
    const top = Math.floor(step / g.columns.map) * g.rows.stride, left = step % g.columns.map * g.columns.stride;
    const height = (g.rows.kernel - 1) * g.rows.dilation + 1, width = (g.columns.kernel - 1) * g.columns.dilation + 1;
    const moving = !(inspecting && isTransposed);
    for (const { frame, grid: owner } of cells.windows) {
      const { size, gap, index, top: head } = owner.metrics, pitch = size + gap;
      frame.hidden = !moving;
      frame.style.left = `${index + gap + left * pitch - 3}px`;
      frame.style.top = `${head + gap + top * pitch - 3}px`;
      frame.style.width = `${width * pitch - gap + 6}px`;
      frame.style.height = `${height * pitch - gap + 6}px`;
    }
    for (const { cell, row, column } of cells.ghosts) {
      const dr = row + g.rows.before - top, dc = column + g.columns.before - left;
      const hit = moving && dr >= 0 && dc >= 0 && dr < height && dc < width && dr % g.rows.dilation === 0 && dc % g.columns.dilation === 0;
      const colour = hit ? tapColour(dr / g.rows.dilation * g.columns.kernel + dc / g.columns.dilation) : "";
      cell.style.background = hit ? `color-mix(in srgb, ${colour} 40%, var(--panel))` : "";
      cell.style.color = hit ? "var(--ink)" : "";
      if (isTransposed) cell.textContent = hit ? "×" : "";
    }

    $("slider").value = String(state.step + 1);
    $("slider").setAttribute("aria-valuetext", `step ${state.step + 1} of ${lesson.steps}`);
    $("count").textContent = `${state.step + 1} / ${lesson.steps}`;
    describe(shown);
    drawMatrix();
  }

  // What y holds at this step; null where nothing has come yet.
  function outputNow() {
    if (state.inspected !== null) return lesson.y;
    if (!transposed()) return lesson.y.map((value, i) => i <= state.step ? value : null);
    const values = new Array(lesson.y.length).fill(null);
    for (const e of lesson.entries) {
      if (e.row <= state.step) values[e.column] = (values[e.column] ?? 0) + state.w[e.weight] * state.x[e.row];
    }
    return values;
  }

  function describe(shown) {
    const isTransposed = transposed(), inspecting = state.inspected !== null, side = outputSide();
    const target = inspecting ? state.inspected : isTransposed ? null : state.step;
    const terms = shown.slice(0, MOST_TERMS).flatMap((e, i) => {
      const colour = tapColour(e.tap), x = state.x[inputOf(e)], w = state.w[e.weight];
      const term = element("span", { class: "term", title: `${named(inputOf(e), inputSide())} · w` }, `${format(x)} · ${format(w)}${target === null ? ` = ${format(x * w)}` : ""}`);
      term.style.background = colour;
      term.style.color = inkOn(colour);
      return i > 0 && target !== null ? [element("span", { class: "plus" }, "+"), term] : [term];
    });
    if (shown.length > MOST_TERMS) terms.push(element("span", { class: "plus" }, `and ${shown.length - MOST_TERMS} more`));
    if (target !== null) {
      terms.push(element("span", { class: "total" }, `= ${format(lesson.y[target])}`));
      $("sentence").textContent = shown.length === 0
        ? `${named(target, side)} is 0: no tap reaches ${isTransposed ? "it" : "anything but padding"}.`
        : `${named(target, side)} is the sum of ${shown.length} product${shown.length === 1 ? "" : "s"}, x\u00a0·\u00a0w:`;
      if (shown.length === 0) terms.length = 0;
    } else {
      const cut = convolution.taps(lesson.geometry) * lesson.geometry.imageChannels - shown.length;
      $("sentence").textContent = `${named(state.step, inputSide())} = ${format(state.x[state.step])} times the kernel, added onto y${cut > 0 ? `; ${cut} of the products fall on the padding and are cut off` : ""}:`;
    }
    $("terms").replaceChildren(...terms);
  }

  // ---- The matrix

  let matrixMetrics = null;

  function drawMatrix() {
    const g = lesson.geometry, isTransposed = transposed(), inspecting = state.inspected !== null;
    const rows = lesson.y.length, columns = state.x.length, canvas = $("matrix"), css = getComputedStyle(document.documentElement);
    const colour = name => css.getPropertyValue(`--${name}`).trim();
    const room = $("matrix-scroll").clientWidth, ratio = window.devicePixelRatio || 1;
    const longest = Math.max(...lesson.y.map(value => format(value).length)), aside = 14 + Math.max(34, longest * 8 + 10);
    const widest = Math.max(...state.w.map(value => format(value).length), ...state.x.map(value => format(value).length));
    const readable = Math.max(16, widest * 7 + 4), fits = Math.floor((room - aside) / columns);
    // Cells that can be read, even if they must be scrolled to, unless there are too many: then only their colours.
    const pitch = fits >= readable ? Math.min(fits, 28) : columns <= 36 && rows <= 160 ? readable : Math.max(3, Math.min(fits, 12));
    const tall = pitch >= readable ? Math.min(pitch, 28) : pitch;
    const gap = pitch >= 10 ? 2 : pitch >= 5 ? 1 : 0, body = tall + 10, text = pitch >= readable;
    const width = columns * pitch + aside, height = body + rows * tall;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    matrixMetrics = { pitch, tall, body, rows, columns };
    const context = canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.font = `${Math.min(14, Math.max(10, tall * 0.55))}px ${getComputedStyle(document.body).fontFamily}`;

    const box = (left, top, w, h, fill, label, ink) => {
      context.fillStyle = fill;
      context.beginPath();
      if (gap === 2) context.roundRect(left, top, w - gap, h - gap, 4); else context.rect(left, top, w - gap, h - gap);
      context.fill();
      if (label !== null) {
        context.fillStyle = ink;
        context.fillText(label, left + (w - gap) / 2, top + (h - gap) / 2 + 0.5);
      }
    };
    const litRow = inspecting ? state.inspected : isTransposed ? null : state.step, litColumn = !inspecting && isTransposed ? state.step : null;
    const ink = colour("ink"), cell = colour("cell"), panel = colour("panel"), dot = colour("dot");
    const isLit = (row, column) => row === litRow || column === litColumn;

    // The band of the lit row or column, the zeros as dots, then the weights.
    context.fillStyle = cell;
    if (litRow !== null) context.fillRect(0, body + litRow * tall - 1, columns * pitch, tall);
    if (litColumn !== null) context.fillRect(litColumn * pitch - 1, body, pitch, rows * tall);
    if (text) {
      context.fillStyle = dot;
      for (let row = 0; row < rows; row++) for (let column = 0; column < columns; column++) {
        context.fillRect(column * pitch + (pitch - gap) / 2 - 1, body + row * tall + (tall - gap) / 2 - 1, 2, 2);
      }
    }
    for (const e of lesson.entries) {
      const row = outputOf(e), column = inputOf(e), fill = tapColour(e.tap), strong = isLit(row, column);
      context.globalAlpha = strong ? 1 : text ? 0.34 : 0.45;
      if (text) { context.fillStyle = panel; context.fillRect(column * pitch, body + row * tall, pitch - gap, tall - gap); }
      box(column * pitch, body + row * tall, pitch, tall, fill, null);
      context.globalAlpha = 1;
      if (text) {
        context.fillStyle = strong ? inkOn(fill) : colour("soft");
        context.fillText(format(state.w[e.weight]), column * pitch + (pitch - gap) / 2, body + row * tall + (tall - gap) / 2 + 0.5);
      }
    }
    const products = new Map(lesson.entries.filter(e => inspecting ? outputOf(e) === litRow : isLit(outputOf(e), inputOf(e))).map(e => [isTransposed && !inspecting ? outputOf(e) : inputOf(e), e.tap]));
    const values = outputNow();
    for (let row = 0; row < rows; row++) {
      const on = row === litRow, tap = litColumn !== null ? products.get(row) : undefined, fill = on ? ink : tap !== undefined ? tapColour(tap) : cell;
      box(columns * pitch + 14, body + row * tall, aside - 14, tall, fill, tall >= 12 && values[row] !== null ? format(values[row]) : null, on ? panel : tap !== undefined ? inkOn(fill) : ink);
    }
    // x stays above the rows that are in view.
    const header = $("matrix-scroll").scrollTop;
    context.fillStyle = panel;
    context.fillRect(0, header, width, body - 2);
    for (let column = 0; column < columns; column++) {
      const on = column === litColumn, tap = isTransposed && !inspecting ? undefined : products.get(column), fill = on ? ink : tap !== undefined ? tapColour(tap) : cell;
      box(column * pitch, header, pitch, tall, fill, text ? format(state.x[column]) : null, on ? panel : tap !== undefined ? inkOn(fill) : ink);
    }
  }

  // Follows the step where the matrix is taller than its window.
  function followStep() {
    const box = $("matrix-scroll"), { tall, body } = matrixMetrics, rows = shownEntries().map(outputOf);
    if (box.scrollHeight <= box.clientHeight || rows.length === 0) return;
    const first = body + Math.min(...rows) * tall, last = body + (Math.max(...rows) + 1) * tall;
    if (first < box.scrollTop + body || last > box.scrollTop + box.clientHeight) box.scrollTop = Math.max(0, first - body - tall);
  }

  function matrixRowAt(event) {
    const bounds = $("matrix").getBoundingClientRect(), { tall, body, rows } = matrixMetrics;
    const row = Math.floor((event.clientY - bounds.top - body) / tall);
    if (event.clientY - bounds.top < $("matrix-scroll").scrollTop + body) return null;
    return row >= 0 && row < rows ? row : null;
  }

  // ---- Acting

  function inspect(index) {
    if (index !== null) pause();
    state.inspected = index;
    $("said").setAttribute("aria-live", "polite");
    paint();
  }

  function letGo() {
    state.pinned = false;
    inspect(null);
  }

  function goTo(step) {
    state.inspected = null;
    state.pinned = false;
    state.step = Math.max(0, Math.min(lesson.steps - 1, step));
    paint();
    followStep();
  }

  function pause() {
    if (state.timer !== null) clearInterval(state.timer);
    state.timer = null;
    $("play").setAttribute("aria-pressed", "false");
    $("play").setAttribute("aria-label", "Play");
  }

  function play() {
    $("said").setAttribute("aria-live", "off");
    goTo(state.step >= lesson.steps - 1 ? 0 : state.step);
    $("play").setAttribute("aria-pressed", "true");
    $("play").setAttribute("aria-label", "Pause");
    state.timer = setInterval(() => {
      if (state.step >= lesson.steps - 1) pause(); else goTo(state.step + 1);
    }, SECONDS_PER_STEP * 1000);
  }

  function change(changes, options) {
    pause();
    if (recompute({ untouched: false, ...changes }, options)) show();
  }

  function show() {
    build();
    fillForm();
  }

  // ---- The form

  function fillForm() {
    const s = state.settings;
    for (const radio of document.getElementsByName("direction")) radio.checked = radio.value === (s.transposed ? "transpose" : "conv");
    const set = (id, value, minimum, maximum) => {
      const field = $(id);
      field.min = minimum;
      field.max = maximum;
      if (document.activeElement !== field) field.value = value;
    };
    for (const pair of PAIRS) s[pair].forEach((value, i) => set(`${pair}-${i}`, value, pair === "outputPadding" ? 0 : 1, limits[pair]));
    for (const side of SIDES) set(side, s.padding[side], 0, limits.padding);
    for (const channels of CHANNELS) set(channels, s[channels], 1, limits.channels);
    $("padding").value = s.padding.kind;
    $("sides").hidden = s.padding.kind !== "explicit";
    $("extra").hidden = !(s.transposed && s.padding.kind === "explicit");
    $("backward").checked = state.backward;
  }

  function readForm() {
    const s = {}, number = id => $(id).value.trim() === "" ? NaN : Number($(id).value);
    s.transposed = document.querySelector("[name=direction]:checked").value === "transpose";
    for (const pair of PAIRS) s[pair] = [number(`${pair}-0`), number(`${pair}-1`)];
    for (const channels of CHANNELS) s[channels] = number(channels);
    s.padding = { kind: $("padding").value, ...Object.fromEntries(SIDES.map(side => [side, number(side)])) };
    // What cannot be seen does not count.
    if (s.padding.kind !== "explicit") for (const side of SIDES) s.padding[side] = 0;
    if (!s.transposed || s.padding.kind !== "explicit") s.outputPadding = [0, 0];
    $("sides").hidden = s.padding.kind !== "explicit";
    $("extra").hidden = !(s.transposed && s.padding.kind === "explicit");
    return s;
  }

  const base = { input: [4, 4], kernel: [3, 3], stride: [1, 1], dilation: [1, 1], outputPadding: [0, 0], padding: { kind: "valid", top: 0, left: 0, bottom: 0, right: 0 }, inputChannels: 1, outputChannels: 1 };
  const numbers = (top, left, bottom, right) => ({ kind: "explicit", top, left, bottom, right });
  const same = { kind: "same", top: 0, left: 0, bottom: 0, right: 0 };
  const PRESETS = [
    ["4×4 → 2×2", { ...base, transposed: false }],
    ["2×2 → 4×4", { ...base, transposed: true, input: [2, 2] }],
    ["Stride 2, same", { ...base, transposed: true, input: [2, 2], stride: [2, 2], padding: same }],
    ["Checkerboard: kernel 3, stride 2", { ...base, transposed: true, stride: [2, 2] }],
    ["Even: kernel 4, stride 2, padding 1", { ...base, transposed: true, kernel: [4, 4], stride: [2, 2], padding: numbers(1, 1, 1, 1) }],
    ["Dilated, 2 channels", { ...base, transposed: false, input: [5, 6], kernel: [2, 3], dilation: [2, 2], inputChannels: 2, outputChannels: 2 }],
  ];

  function wire() {
    $("previous").addEventListener("click", () => { pause(); goTo(state.step - 1); });
    $("next").addEventListener("click", () => { pause(); goTo(state.step + 1); });
    $("play").addEventListener("click", () => { if (state.timer === null) play(); else pause(); });
    $("slider").addEventListener("input", () => { pause(); goTo(Number($("slider").value) - 1); });
    $("form").addEventListener("submit", event => event.preventDefault());
    $("form").addEventListener("input", event => { if (event.target.id !== "backward") change({ settings: readForm() }); });
    $("backward").addEventListener("change", () => { state.backward = $("backward").checked; buildBackward(lesson.geometry); });
    $("counting").addEventListener("click", () => change({ fill: "counting" }, { force: true }));
    $("random").addEventListener("click", () => change({ fill: "random" }, { force: true }));
    $("reset").addEventListener("click", () => {
      change({ settings: structuredClone(data.settings), x: [...data.x], w: [...data.w], dy: [...data.dy], fill: "counting", seed: 1, untouched: true });
    });
    $("presets").append(...PRESETS.map(([name, settings]) => {
      const button = element("button", { type: "button" }, name);
      button.addEventListener("click", () => change({ settings: structuredClone(settings), fill: "counting" }, { force: true }));
      return button;
    }));
    $("matrix-scroll").addEventListener("scroll", () => requestAnimationFrame(drawMatrix));
    const canvas = $("matrix");
    canvas.addEventListener("pointermove", event => { if (event.pointerType === "mouse" && !state.pinned && matrixRowAt(event) !== state.inspected) inspect(matrixRowAt(event)); });
    canvas.addEventListener("pointerleave", event => { if (event.pointerType === "mouse" && !state.pinned && state.inspected !== null) inspect(null); });
    canvas.addEventListener("click", event => {
      const row = matrixRowAt(event), isSame = state.pinned && state.inspected === row;
      state.pinned = row !== null && !isSame;
      inspect(state.pinned ? row : null);
    });
    document.addEventListener("keydown", event => {
      if (event.key === "Escape") { letGo(); return; }
      if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest("input, select, textarea, .scroll")) return;
      if (event.key === " " && event.target.closest("button")) return; // it presses the button
      switch (event.key) {
        case " ": if (state.timer === null) play(); else pause(); break;
        case "ArrowRight": pause(); goTo(state.step + 1); break;
        case "ArrowLeft": pause(); goTo(state.step - 1); break;
        case "Home": pause(); goTo(0); break;
        case "End": pause(); goTo(lesson.steps - 1); break;
        default: return;
      }
      event.preventDefault();
    });
    $("theme").addEventListener("click", () => {
      const dark = document.documentElement.dataset.theme ? document.documentElement.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
      document.documentElement.dataset.theme = dark ? "light" : "dark";
      drawMatrix();
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawMatrix);
    let width = window.innerWidth;
    window.addEventListener("resize", () => {
      if (window.innerWidth !== width) { width = window.innerWidth; build(); }
    });
  }

  wire();
  if (recompute()) show();
})();
