// Small helpers to build what is seen. Text is always set as text, never as HTML.
const dom = (() => {
  const $ = id => document.getElementById(id);

  function fill(node, attributes, children) {
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
    }
    node.append(...children.filter(child => child !== null));
    return node;
  }

  const element = (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children);
  const svg = (tag, attributes = {}, ...children) => fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
  const icon = (...paths) => svg("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, ...paths.map(([d, kind]) => svg("path", { d, class: kind })));
  const button = (label, onclick, ...content) => element("button", { type: "button", "aria-label": content.length ? label : null, onclick }, ...(content.length ? content : [label]));

  let sections = 0;
  function panel(kind, title, ...children) {
    const id = `section-${++sections}`;
    return element("section", { class: `panel ${kind}`, "aria-labelledby": id }, element("h2", { id }, title), ...children);
  }

  // A range with its name before it and its value behind it.
  function slider(label, { min, max, step, value }, show, oninput) {
    const output = element("output", {}, show(value));
    const input = element("input", { type: "range", min, max, step, value, "aria-label": label, oninput: () => set(input.valueAsNumber, true) });
    function set(next, tell) {
      input.value = next;
      output.textContent = show(input.valueAsNumber);
      input.setAttribute("aria-valuetext", output.textContent);
      if (tell) oninput(input.valueAsNumber);
    }
    return { node: element("label", { class: "slider" }, element("span", {}, label), input, output), input, set };
  }

  // Has the browser keep a file.
  function save(blob, name) {
    const link = element("a", { href: URL.createObjectURL(blob), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  function themeButton() {
    $("theme").addEventListener("click", () => {
      const now = document.documentElement.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
      document.documentElement.dataset.theme = now === "dark" ? "light" : "dark";
    });
  }

  return { $, element, svg, icon, button, panel, slider, save, themeButton };
})();
