"use strict";

// Numbers as people read them.
const format = (() => {
  // At most four digits that count, without a tail of zeros: 0.6931, 12.3, 12,345, 1.2e-5.
  function number(value) {
    if (value === null || value === undefined || !Number.isFinite(value)) return "–";
    const size = Math.abs(value);
    if (size !== 0 && size < 1e-3) return value.toExponential(1);
    return size >= 1e7 ? value.toExponential(2) : size >= 1000 ? count(Math.round(value)) : String(Number(value.toPrecision(4)));
  }

  const count = value => String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  const share = value => value === null || !Number.isFinite(value) ? "–" : `${Number((100 * value).toPrecision(3))} %`;

  function duration(seconds) {
    if (!Number.isFinite(seconds)) return "–";
    const whole = Math.round(seconds), h = Math.floor(whole / 3600), m = Math.floor(whole % 3600 / 60), s = whole % 60;
    return h > 0 ? `${h} h ${m} min` : m > 0 ? `${m} min ${s} s` : `${s} s`;
  }

  // discriminator_loss, averageDecay → discriminator loss, average decay
  const words = name => name.replace(/_/g, " ").replace(/([a-z0-9])([A-Z])/g, (_, a, b) => `${a} ${b.toLowerCase()}`);

  return { number, count, share, duration, words };
})();
