// What is drawn, to keep: pictures as PNG, walks as animated PNG.
const keep = (() => {
  const bytesOf = async blob => new Uint8Array(await blob.arrayBuffer());

  const png = canvas => new Promise(resolve => canvas.toBlob(resolve, "image/png"));

  // A canvas with each pixel of another as a square of so many.
  function enlarged(canvas, scale) {
    const large = dom.element("canvas", { width: canvas.width * scale, height: canvas.height * scale }), context = large.getContext("2d");
    context.imageSmoothingEnabled = false;
    context.drawImage(canvas, 0, 0, large.width, large.height);
    return large;
  }

  // frames: canvases of one size, or promises of them, made one after another while the page stays alive; the last is shown for so long
  // unless told otherwise.
  async function animation(frames, milliseconds, last = milliseconds) {
    const stills = [];
    for (const frame of frames) stills.push(await bytesOf(await png(await frame)));
    return new Blob([apng.of(stills, stills.map((_, i) => i < stills.length - 1 ? milliseconds : last))], { type: "image/apng" });
  }

  // A picture of the page as a canvas.
  async function canvasOf(src) {
    const image = new Image();
    image.src = src;
    await image.decode();
    const canvas = dom.element("canvas", { width: image.width, height: image.height });
    canvas.getContext("2d").drawImage(image, 0, 0);
    return canvas;
  }

  return { png, enlarged, animation, canvasOf };
})();
