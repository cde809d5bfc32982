// The arithmetic behind the charts: series { x, mean, min, max } of a table, where min and max are null if each point is a single step.
const curves = (() => {
  const EMPTY = { x: [], mean: [], min: null, max: null };

  function series(table, column) {
    const values = table?.columns[column];
    return values ? { x: table.step, mean: values.mean, min: values.min ?? null, max: values.max ?? null } : EMPTY;
  }

  // Images per second between the points of a table of { seconds }: the time so far at the last step of a bucket is its largest. The file has whole milliseconds, so that what takes less than a hundred of them
  // is counted with the next point: a single fast step between a second's line and a checkpoint's would else be of any speed. Time that runs backwards tells nothing.
  function speed(table, batch) {
    const LEAST = 0.1, time = series(table, "seconds"), x = [], mean = [], until = time.max ?? time.mean;
    for (let i = 1, from = 0; i < time.x.length; i++) {
      const seconds = until[i] - until[from];
      if (seconds >= 0 && seconds < LEAST) continue;
      if (seconds > 0) {
        x.push(time.x[i]);
        mean.push((time.x[i] - time.x[from]) * batch / seconds);
      }
      from = i;
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

  // From the smallest to the largest mean that is seen between two steps, with some air. One value in fifty on either side may lie outside: a spike must not flatten all else. Of values from 0 on the window begins at 0 or above, unless it may cross it.
  function extent(all, low, high, mayCrossZero = false) {
    const seen = [];
    for (const { x, mean } of all) {
      for (let i = lowerBound(x, low); i < x.length && x[i] <= high; i++) if (mean[i] !== null) seen.push(mean[i]);
    }
    if (seen.length === 0) return [0, 1];
    seen.sort((a, b) => a - b);
    const cut = seen.length >= 100 ? Math.floor(seen.length / 50) : 0;
    const bottom = seen[cut], top = seen[seen.length - 1 - cut];
    const air = (top - bottom || Math.abs(top) || 1) * 0.1;
    return [bottom >= 0 && !mayCrossZero ? Math.max(0, bottom - air) : bottom - air, top + air];
  }

  // Round numbers from low to high, about so many.
  function ticks(low, high, about) {
    const span = high - low;
    if (!(span > 0) || !Number.isFinite(span)) return [];
    const rough = span / Math.max(1, about), power = 10 ** Math.floor(Math.log10(rough));
    const step = power * [1, 2, 5, 10].find(factor => factor * power >= rough * 0.999);
    const first = Math.ceil(low / step - 1e-9), count = Math.floor(high / step + 1e-9) - first + 1;
    if (!Number.isSafeInteger(first) || !Number.isSafeInteger(first + count)) return []; // numbers this large do not tell neighbours apart
    return Array.from({ length: Math.max(0, count) }, (_, i) => Number(((first + i) * step).toPrecision(12)));
  }

  // Round numbers on a logarithmic axis from 10^low to 10^high, about so many: 1, 2 and 5 of each power of ten, or powers alone.
  function logTicks(low, high, about) {
    if (!(high > low)) return [];
    const within = factors => Array.from({ length: Math.ceil(high) - Math.floor(low) + 1 }, (_, i) => Math.floor(low) + i)
      .flatMap(power => factors.map(factor => Number((factor * 10 ** power).toPrecision(3))))
      .filter(value => Math.log10(value) >= low - 1e-9 && Math.log10(value) <= high + 1e-9);
    const fine = within([1, 2, 5]), coarse = within([1]);
    if (fine.length <= about + 2) return fine.length > 1 ? fine : ticks(10 ** low, 10 ** high, about).filter(value => value > 0);
    const every = Math.ceil(coarse.length / (about + 2));
    return coarse.filter((_, i) => i % every === 0);
  }

  // Whether all that is seen of these lines between two steps can be on a logarithmic axis.
  const isPositive = (all, low, high) => all.every(({ x, mean }) => mean.every((value, i) => value === null || x[i] < low || x[i] > high || value > 0));

  // A line on that axis.
  function logarithm(line) {
    const log = values => values && values.map(value => value > 0 ? Math.log10(value) : null);
    return { ...line, mean: log(line.mean), min: log(line.min), max: log(line.max), seen: log(line.seen) };
  }

  // Where a line lies beyond its window: [along from 0 to 1, 1 above or 0 below, the value farthest out], one for neighbours that are nearer
  // than apart.
  function outside(x, values, [low, high], [bottom, top], apart) {
    const found = [];
    for (let i = lowerBound(x, low); i < x.length && x[i] <= high; i++) {
      if (!Number.isFinite(values[i]) || (values[i] >= bottom && values[i] <= top)) continue;
      const along = (x[i] - low) / (high - low), up = values[i] > top ? 1 : 0, last = found.at(-1);
      if (last && last[1] === up && along - last[0] < apart) last[2] = up ? Math.max(last[2], values[i]) : Math.min(last[2], values[i]);
      else found.push([along, up, values[i]]);
    }
    return found;
  }

  // What is seen of a line in a window of steps and values: pieces, broken where there is no number, of points [right, up, isOwn] from 0 to 1. A line is cut where it crosses the first or the last step, in points
  // that are not its own, and led along the edge where its values lie beyond: it never leaves the window.
  function pieces(x, values, [low, high], [bottom, top]) {
    const result = [], first = Math.max(0, lowerBound(x, low) - 1), last = Math.min(x.length - 1, lowerBound(x, high) + 1);
    let piece = null;
    const add = (step, value, isOwn) => {
      if (piece === null) result.push(piece = []);
      piece.push([(step - low) / (high - low), Math.min(1, Math.max(0, (value - bottom) / (top - bottom))), isOwn]);
    };
    for (let i = first; i <= last; i++) {
      if (!Number.isFinite(values[i])) { piece = null; continue; }
      const joins = i > first && Number.isFinite(values[i - 1]);
      for (const edge of [low, high]) {
        if (joins && x[i - 1] < edge && edge < x[i]) add(edge, values[i - 1] + (values[i] - values[i - 1]) * (edge - x[i - 1]) / (x[i] - x[i - 1]), false);
      }
      if (x[i] >= low && x[i] <= high) add(x[i], values[i], true);
    }
    return result;
  }

  return { series, speed, lastOf, smooth, lowerBound, nearest, extent, ticks, logTicks, isPositive, logarithm, outside, pieces };
})();
