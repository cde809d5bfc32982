// A colour for each tap of the kernel (TapPalette), and those of the page's theme for what is drawn.
const colours = (() => {
  const NAMES = ["ink", "soft", "cell", "ghost", "panel", "ground", "dot", "line", "accent"];

  function tap(index) {
    const { columns } = model.seen.worked.geometry,
      shades = model.data.palette[columns.kernel - 1];
    return shades[Math.floor(index / columns.kernel) % shades.length][index % columns.kernel];
  }

  function luminance(hex) {
    const [r, g, b] = [1, 3, 5]
      .map(i => parseInt(hex.slice(i, i + 2), 16) / 255)
      .map(v => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }

  const inkOn = hex => (luminance(hex) > 0.18 ? "#10131a" : "#ffffff");

  // A share of one colour on another.
  function mix(hex, ground, share) {
    const part = (colour, i) => parseInt(colour.slice(i, i + 2), 16);
    return `#${[1, 3, 5]
      .map(i =>
        Math.round(part(hex, i) * share + part(ground, i) * (1 - share))
          .toString(16)
          .padStart(2, "0"),
      )
      .join("")}`;
  }

  const isDark = () =>
    (document.documentElement.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";

  // The colours of a theme, "light" or "dark"; of the one that is seen unless said. The style sheet alone knows them.
  function theme(name) {
    const root = document.documentElement,
      before = root.dataset.theme;
    if (name) root.dataset.theme = name;
    const style = getComputedStyle(root),
      result = Object.fromEntries(NAMES.map(part => [part, style.getPropertyValue(`--${part}`).trim()]));
    if (name && before === undefined) delete root.dataset.theme;
    else if (name) root.dataset.theme = before;
    return { ...result, dark: name ? name === "dark" : isDark() };
  }

  return { tap, inkOn, mix, theme, isDark };
})();
