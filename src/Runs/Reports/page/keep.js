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

  // frames: canvases of one size, made one after another while the page stays alive.
  async function animation(frames, milliseconds) {
    const stills = [];
    for (const frame of frames) stills.push(await bytesOf(await png(frame)));
    return new Blob([apng.of(stills, stills.map(() => milliseconds))], { type: "image/apng" });
  }

  return { png, enlarged, animation };
})();
