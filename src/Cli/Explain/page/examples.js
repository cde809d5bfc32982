// Settings to start from.
const examples = (() => {
  const none = { kind: "valid", top: 0, left: 0, bottom: 0, right: 0 },
    same = { ...none, kind: "same" };
  const numbers = (top, left, bottom, right) => ({ kind: "explicit", top, left, bottom, right });
  const square = size => [size, size];

  // A setting by what is not as usual.
  const of = (transposed, input, more = {}) => ({
    transposed,
    input: square(input),
    kernel: square(3),
    stride: square(1),
    dilation: square(1),
    outputPadding: square(0),
    padding: none,
    inputChannels: 1,
    outputChannels: 1,
    groups: 1,
    ...more,
  });

  const list = [
    ["4×4 → 2×2", of(false, 4)],
    ["2×2 → 4×4", of(true, 2)],
    ["Stride 2, same", of(true, 2, { stride: square(2), padding: same })],
    ["Checkerboard", of(true, 4, { stride: square(2) })],
    ["Even: kernel 4", of(true, 4, { kernel: square(4), stride: square(2), padding: numbers(1, 1, 1, 1) })],
    ["2 → 2 channels", of(true, 2, { kernel: square(2), stride: square(2), inputChannels: 2, outputChannels: 2 })],
    ["2 groups", of(true, 2, { kernel: square(2), inputChannels: 2, outputChannels: 2, groups: 2 })],
    ["Dilated", of(false, 5, { input: [5, 6], kernel: [2, 3], dilation: square(2) })],
  ];

  return { of, list, none, same, numbers, square };
})();
