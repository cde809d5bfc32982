// The other direction with the same C: what was the output's size becomes the input's.
const direction = (() => {
  // One axis of the padding that keeps C; [before, after, output padding].
  function paddingOf(axis, toTransposed) {
    const spanned = (axis.map - 1) * axis.stride + (axis.kernel - 1) * axis.dilation + 1;
    const rest = axis.image + axis.before - spanned; // what the image has beyond the last step of the kernel; negative: what is padded
    // A convolution's window stops where another step would fit: rows beyond that can be left off where padding was, not where none was.
    return toTransposed ? [axis.before, Math.max(-rest, 0), Math.max(rest, 0)] : [axis.before, Math.max(-rest, 0), 0];
  }

  const isSame = (a, b) => ["rows", "columns"].every(side => ["image", "map", "before"].every(name => a[side][name] === b[side][name]));

  // The settings of the other direction. 'valid' and 'same' stay what they are where that keeps C, and become numbers where it does not.
  function turned(settings) {
    const g = geometry.of(settings),
      transposed = !settings.transposed;
    const next = {
      ...settings,
      transposed,
      input: transposed ? [g.rows.map, g.columns.map] : [g.rows.image, g.columns.image],
      inputChannels: settings.outputChannels,
      outputChannels: settings.inputChannels,
      outputPadding: [0, 0],
    };
    if (settings.padding.kind !== "explicit" && isSame(geometry.of(next), g)) return next;
    const [top, bottom, down] = paddingOf(g.rows, transposed),
      [left, right, across] = paddingOf(g.columns, transposed);
    return {
      ...next,
      padding: { kind: "explicit", top, left, bottom, right },
      outputPadding: [down, across],
    };
  }

  return { turned };
})();
