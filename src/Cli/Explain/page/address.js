// The page's state in the address's fragment: transpose,in=2x2,k=3x3,s=2,p=same. Reading never fails: settings that are unknown or
// impossible are ignored.
const address = (() => {
  const PAIRS = { in: "input", k: "kernel", s: "stride", d: "dilation", op: "outputPadding" };
  const usual = { k: 0, s: 1, d: 1, op: 0 };
  const LONGEST = 20_000,
    MOST_DIGITS = 4;

  const pair = ([a, b]) => (a === b ? String(a) : `${a}x${b}`);
  const list = values => values.map(String).join(";");

  // state: { settings, view, panel, step, cell, lesson, seed, x, w, dy }; of all but the settings, what is null is left out.
  function write(state) {
    const s = state.settings,
      p = s.padding,
      parts = [s.transposed ? "transpose" : "conv"];
    for (const [key, name] of Object.entries(PAIRS)) {
      if (key === "in" || s[name].some(value => value !== usual[key]))
        parts.push(`${key}=${key === "in" || key === "k" ? s[name].join("x") : pair(s[name])}`);
    }
    if (p.kind === "same") parts.push("p=same");
    if (p.kind === "explicit") parts.push(`p=${[p.top, p.left, p.bottom, p.right].join("x")}`);
    if (s.inputChannels > 1 || s.outputChannels > 1) parts.push(`c=${s.inputChannels}x${s.outputChannels}`);
    if (s.groups > 1) parts.push(`g=${s.groups}`);
    for (const key of ["view", "panel", "step", "cell", "lesson", "seed"]) {
      if (state[key] !== null && state[key] !== undefined) parts.push(`${key}=${state[key]}`);
    }
    for (const key of ["x", "w", "dy"]) if (state[key]) parts.push(`${key}=${list(state[key])}`);
    return parts.join(",");
  }

  const whole = text => (new RegExp(`^\\d{1,${MOST_DIGITS}}$`).test(text ?? "") ? Number(text) : null);
  const wholes = (text, counts) => {
    const values = text.split("x").map(whole);
    return counts.includes(values.length) && !values.includes(null) ? values : null;
  };
  const number = text => (text.trim() !== "" && numerals.fits(Number(text)) ? Number(text) : null);

  function paddingOf(text) {
    if (text === "valid" || text === undefined) return examples.none;
    if (text === "same") return examples.same;
    const values = wholes(text, [1, 4]);
    return values && examples.numbers(...(values.length === 4 ? values : Array(4).fill(values[0])));
  }

  function settingsOf(direction, said) {
    const transposed = direction === "transpose",
      s = examples.of(transposed, transposed ? 2 : 4);
    for (const [key, name] of Object.entries(PAIRS)) {
      if (!said.has(key)) continue;
      const values = wholes(said.get(key), [1, 2]);
      if (!values) return null;
      s[name] = [values[0], values.at(-1)];
    }
    s.padding = paddingOf(said.get("p"));
    if (said.has("c")) {
      const values = wholes(said.get("c"), [2]);
      if (!values) return null;
      [s.inputChannels, s.outputChannels] = values;
    }
    if (said.has("g")) s.groups = whole(said.get("g"));
    return s.padding && s.groups !== null ? s : null;
  }

  // The counterpart of write; null for what is not said. isPossible(settings) says whether settings can be shown.
  function read(text, isPossible) {
    let plain = text.replace(/^#/, "").slice(0, LONGEST);
    try {
      plain = decodeURIComponent(plain);
    } catch (problem) {
      if (!(problem instanceof URIError)) throw problem;
    }
    const words = plain.split(","),
      said = new Map();
    for (const word of words) {
      const at = word.indexOf("=");
      if (at > 0 && !said.has(word.slice(0, at))) said.set(word.slice(0, at), word.slice(at + 1));
    }
    const direction = ["transpose", "conv"].find(name => words[0] === name);
    const settings = direction ? settingsOf(direction, said) : null;
    const result = { settings: settings && isPossible(settings) ? settings : null };
    for (const key of ["view", "panel", "lesson"]) result[key] = /^[a-z]+$/.test(said.get(key) ?? "") ? said.get(key) : null;
    for (const key of ["step", "cell", "seed"]) result[key] = whole(said.get(key));
    for (const key of ["x", "w", "dy"]) {
      const values = said.has(key) ? said.get(key).split(";").map(number) : [null];
      result[key] = values.includes(null) ? null : values;
    }
    return result;
  }

  return { write, read };
})();
