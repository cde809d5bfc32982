"use strict";

// How numbers are written and compared, everywhere alike.
const numerals = (() => {
  // A number as the command line writes it (Numerals.Format): whole ones as they are; of others and of very large ones the five digits that
  // count most.
  function format(value) {
    if (value === 0) return "0";
    if (Number.isInteger(value) && Math.abs(value) < 1e7) return String(value);
    // .NET rounds what lies halfway to the even digit, JavaScript away from zero: what is halfway is cut instead.
    const exact = value.toExponential(60),
      isCut = /^-?\d\.\d{3}[02468]50*e/.test(exact);
    const [digits, power] = (isCut ? exact.replace(/(\.\d{4})\d*/, "$1") : value.toExponential(4)).split("e"),
      exponent = Number(power);
    return exponent > -5 && exponent < 5
      ? String(Number(`${digits}e${power}`))
      : `${Number(digits)}E${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
  }

  // Whether two ways of computing the same numbers agree, as far as float32 can tell (Agreement.Of): in proportion to the sum of |terms|
  // behind each.
  const TOLERANCE = 1e-5,
    SMALLEST_NORMAL = 1.17549435e-38;
  const close = (a, b, magnitude) => Math.abs(a - b) <= TOLERANCE * magnitude + SMALLEST_NORMAL;
  const agree = (a, b, magnitude) => a.length === b.length && a.every((value, i) => close(value, b[i], magnitude[i]));

  // Whether float32 can hold a number.
  const fits = value => Number.isFinite(Math.fround(value));

  // 2, 3, …, 9, 1, 2, …: not 1 first, so that a product with it does not look like the other factor (LessonValues.Counting).
  const counting = count => Array.from({ length: count }, (_, i) => ((i + 1) % 9) + 1);

  // 1, 2, …, 9, …; each further kernel starts a number later, so that kernels differ.
  const countingKernels = (count, taps) => Array.from({ length: count }, (_, i) => (((i % taps) + Math.floor(i / taps)) % 9) + 1);

  // Small random integers (mulberry32): the same seed gives the same numbers.
  function random(count, seed) {
    let state = seed | 0;
    return Array.from({ length: count }, () => {
      state = (state + 0x6d2b79f5) | 0;
      let t = Math.imul(state ^ (state >>> 15), 1 | state);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return (((t ^ (t >>> 14)) >>> 0) % 9) - 4;
    });
  }

  return { format, close, agree, fits, counting, countingKernels, random };
})();
