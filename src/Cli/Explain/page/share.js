// The link to what is seen.
const share = (() => {
  const SECONDS = 4;

  // Copies; where the browser forbids that, shows the link to copy by hand.
  async function copy(link, output) {
    try {
      await navigator.clipboard.writeText(link);
      output.textContent = "Link copied";
    } catch {
      output.replaceChildren(dom.element("input", { type: "text", readonly: true, value: link, "aria-label": "Link to copy" }));
      output.firstChild.select();
      return;
    }
    setTimeout(() => {
      if (output.textContent === "Link copied") output.textContent = "";
    }, SECONDS * 1000);
  }

  return { copy };
})();
