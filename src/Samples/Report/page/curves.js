// The arithmetic behind the charts: series { x, mean, min, max } of a table, where min and max are null if each point is a single step.
const curves = (() => {
  const EMPTY = { x: [], mean: [], min: null, max: null };

  function series(table, column) {
    const values = table?.columns[column];
    return values ? { x: table.step, mean: values.mean, min: values.min ?? null, max: values.max ?? null } : EMPTY;
  }

  // Images a second between the points of a table of { seconds }: the time so far at the last step of a bucket is its largest. Time that runs backwards tells nothing.
  function speed(table, batch) {
    const time = series(table, "seconds"), x = [], mean = [], until = time.max ?? time.mean;
    for (let i = 1; i < time.x.length; i++) {
      const seconds = until[i] - until[i - 1];
      if (!(seconds > 0)) continue;
      x.push(time.x[i]);
      mean.push((time.x[i] - time.x[i - 1]) * batch / seconds);
    }
    return { x, mean, min: null, max: null };
  }

  const lastOf = values => { for (let i = values.length - 1; i >= 0; i--) if (values[i] !== null) return values[i]; return null; };

  // Weighted by a bell curve over the neighbours, the wider the larger amount is (0: not at all, 1: a tenth of all points); what is no number stays so and counts for nothing.
  function smooth(values, amount) {
    const width = amount * amount * values.length / 10;
    if (width < 0.3) return values;
    const reach = Math.ceil(3 * width), weights = Array.from({ length: reach + 1 }, (_, i) => Math.exp(-i * i / (2 * width * width)));
    return values.map((value, i) => {
      if (value === null) return null;
      let sum = 0, total = 0;
      for (let j = Math.max(0, i - reach); j <= Math.min(values.length - 1, i + reach); j++) {
        if (values[j] === null) continue;
        sum += weights[Math.abs(i - j)] * values[j];
        total += weights[Math.abs(i - j)];
      }
      return sum / total;
    });
  }

  // The first place in sorted x that is not below value.
  function lowerBound(x, value) {
    let low = 0, high = x.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (x[middle] < value) low = middle + 1; else high = middle;
    }
    return low;
  }

  // The place in sorted x that is nearest to value; −1 if there is none.
  function nearest(x, value) {
    const i = lowerBound(x, value);
    return i === x.length ? i - 1 : i > 0 && value - x[i - 1] <= x[i] - value ? i - 1 : i;
  }

  // From the smallest to the largest mean that is seen between two steps, with some air. One value in fifty on either side may lie outside: a spike must not flatten all else.
  function extent(all, low, high) {
    const seen = [];
    for (const { x, mean } of all) {
      for (let i = lowerBound(x, low); i < x.length && x[i] <= high; i++) if (mean[i] !== null) seen.push(mean[i]);
    }
    if (seen.length === 0) return [0, 1];
    seen.sort((a, b) => a - b);
    const cut = seen.length >= 100 ? Math.floor(seen.length / 50) : 0;
    const bottom = seen[cut], top = seen[seen.length - 1 - cut];
    const air = (top - bottom || Math.abs(top) || 1) * 0.1;
    return [bottom >= 0 ? Math.max(0, bottom - air) : bottom - air, top + air];
  }

  // Round numbers from low to high, about so many.
  function ticks(low, high, about) {
    const span = high - low;
    if (!(span > 0) || !Number.isFinite(span)) return [];
    const rough = span / Math.max(1, about), power = 10 ** Math.floor(Math.log10(rough));
    const step = power * [1, 2, 5, 10].find(factor => factor * power >= rough * 0.999);
    const first = Math.ceil(low / step - 1e-9), result = [];
    for (let i = first; i * step <= high + step * 1e-9; i++) result.push(Number((i * step).toPrecision(12)));
    return result;
  }

  return { series, speed, lastOf, smooth, lowerBound, nearest, extent, ticks };
})();
