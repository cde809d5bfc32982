// Two things to draw on with the same calls: a canvas, for the screen and for PNG, and SVG.
const surface = (() => {
  const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif';

  function onCanvas(context) {
    const shape = (fill, stroke, alpha, width) => {
      context.globalAlpha = alpha;
      if (fill) {
        context.fillStyle = fill;
        context.fill();
      }
      if (stroke) {
        context.strokeStyle = stroke;
        context.lineWidth = width;
        context.stroke();
      }
      context.globalAlpha = 1;
    };
    return {
      rect(x, y, w, h, { fill = null, stroke = null, radius = 0, alpha = 1, width = 1.5, dash = null } = {}) {
        context.beginPath();
        if (radius > 0) context.roundRect(x, y, w, h, radius);
        else context.rect(x, y, w, h);
        context.setLineDash(dash ?? []);
        shape(fill, stroke, alpha, width);
        context.setLineDash([]);
      },
      polygon(points, { fill = null, stroke = null, alpha = 1, width = 1.5 } = {}) {
        context.beginPath();
        points.forEach(([x, y], i) => {
          if (i === 0) context.moveTo(x, y);
          else context.lineTo(x, y);
        });
        context.closePath();
        shape(fill, stroke, alpha, width);
      },
      text(text, x, y, { size, fill, anchor = "middle", weight = 400, alpha = 1 }) {
        context.globalAlpha = alpha;
        context.font = `${weight} ${size}px ${FONT}`;
        context.textAlign = anchor === "middle" ? "center" : anchor;
        context.textBaseline = "middle";
        context.fillStyle = fill;
        context.fillText(text, x, y);
        context.globalAlpha = 1;
      },
    };
  }

  function onSvg(width, height) {
    const parts = [],
      round = value => Math.round(value * 100) / 100;
    const escape = text => String(text).replace(/[&<>"]/g, sign => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign]);
    const attributes = values =>
      Object.entries(values)
        .filter(([, value]) => value !== null && value !== undefined)
        .map(([name, value]) => ` ${name}="${escape(typeof value === "number" ? round(value) : value)}"`)
        .join("");
    const painted = ({ fill = null, stroke = null, alpha = 1, width: line = 1.5, dash = null }) => ({
      fill: fill ?? "none",
      stroke,
      "stroke-width": stroke ? line : null,
      opacity: alpha === 1 ? null : alpha,
      "stroke-dasharray": dash?.join(" "),
    });
    return {
      rect(x, y, w, h, style = {}) {
        parts.push(`<rect${attributes({ x, y, width: w, height: h, rx: style.radius || null, ...painted(style) })}/>`);
      },
      polygon(points, style = {}) {
        parts.push(`<polygon${attributes({ points: points.map(point => point.map(round).join(",")).join(" "), ...painted(style) })}/>`);
      },
      text(text, x, y, { size, fill, anchor = "middle", weight = 400, alpha = 1 }) {
        const style = {
          x,
          y: y + size * 0.35,
          "font-size": size,
          fill,
          "text-anchor": anchor,
          "font-weight": weight === 400 ? null : weight,
        };
        parts.push(`<text${attributes({ ...style, opacity: alpha === 1 ? null : alpha })}>${escape(text)}</text>`);
      },
      toString: () =>
        `<svg xmlns="http://www.w3.org/2000/svg" width="${round(width)}" height="${round(height)}" ` +
        `viewBox="0 0 ${round(width)} ${round(height)}" font-family="${escape(FONT)}">${parts.join("")}</svg>\n`,
    };
  }

  return { onCanvas, onSvg };
})();
