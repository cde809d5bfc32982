// The output's size: the same lines as SizeFormula writes in the terminal.
const sizes = (() => {
  // The formula of the output's size with the numbers put in, line by line; one set where both axes are alike.
  function of(settings, g) {
    const halves = total => `${Math.floor(total / 2)} before, ${total - Math.floor(total / 2)} after`;
    const lines = (axis, before, after, extra) => {
      const { kernel: k, stride: s, dilation: d } = axis;
      const [n, o] = settings.transposed ? [axis.map, axis.image] : [axis.image, axis.map];
      const e = (k - 1) * d + 1,
        reach = (axis.map - 1) * s + e;
      const extent = `e = (k − 1)·d + 1 = (${k} − 1)·${d} + 1 = ${e}, the kernel's extent`;
      if (settings.transposed) {
        switch (settings.padding.kind) {
          case "valid":
            return [`out = (n − 1)·s + max(e, s) = (${n} − 1)·${s} + max(${e}, ${s}) = ${o}`, extent];
          case "same": {
            const cut = Math.max(reach - o, 0);
            return [
              `out = n·s = ${n}·${s} = ${o}`,
              `cut = max((n − 1)·s + e − out, 0) = max((${n} − 1)·${s} + ${e} − ${o}, 0) = ${cut}: ${halves(cut)}`,
              extent,
            ];
          }
          default:
            return [
              `out = (n − 1)·s + e − before − after + output padding = (${n} − 1)·${s} + ${e} − ${before} − ${after} + ${extra} = ${o}`,
              extent,
            ];
        }
      }
      switch (settings.padding.kind) {
        case "valid":
          return [`out = ⌊(n − e) / s⌋ + 1 = ⌊(${n} − ${e}) / ${s}⌋ + 1 = ${o}`, extent];
        case "same": {
          const added = Math.max(reach - n, 0);
          return [
            `out = ⌈n / s⌉ = ⌈${n} / ${s}⌉ = ${o}`,
            `zeros = max((out − 1)·s + e − n, 0) = max((${o} − 1)·${s} + ${e} − ${n}, 0) = ${added}: ${halves(added)}`,
            extent,
          ];
        }
        default:
          return [`out = ⌊(n + before + after − e) / s⌋ + 1 = ⌊(${n} + ${before} + ${after} − ${e}) / ${s}⌋ + 1 = ${o}`, extent];
      }
    };
    const p = settings.padding,
      labelled = (label, [first, ...rest]) => [`${label}: ${first}`, ...rest.map(line => `  ${line}`)];
    const rows = lines(g.rows, p.top, p.bottom, settings.outputPadding[0]),
      columns = lines(g.columns, p.left, p.right, settings.outputPadding[1]);
    return rows.join("\n") === columns.join("\n")
      ? labelled("height and width", rows)
      : [...labelled("height", rows), ...labelled("width", columns)];
  }

  return { of };
})();
