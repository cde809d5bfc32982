// Ways through the space of latent vectors.
const latents = (() => {
  const dot = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);
  const length = a => Math.sqrt(dot(a, a));

  // Along the great circle from a to b (slerp; Shoemake 1985, White 2016), the length from one's to the other's: SphericalInterpolation.
  function between(a, b, t) {
    const along = length(a), up = length(b), angle = Math.acos(Math.min(1, Math.max(-1, dot(a, b) / (along * up)))), sine = Math.sin(angle);
    const size = (1 - t) * along + t * up;
    const [p, q] = sine >= 1e-6 ? [size * Math.sin((1 - t) * angle) / (sine * along), size * Math.sin(t * angle) / (sine * up)] : [1 - t, t];
    return Float32Array.from(a, (value, i) => p * value + q * b[i]);
  }

  // z + Σ offset · direction.
  function moved(z, directions, offsets) {
    const result = Float32Array.from(z);
    offsets.forEach((offset, k) => { if (offset !== 0) directions[k].forEach((value, i) => { result[i] += offset * value; }); });
    return result;
  }

  // The directions of z along which the first layer W changes most: the eigenvectors of WᵀW, the largest eigenvalue first (Shen and Zhou 2021,
  // "Closed-form factorization of latent semantics in GANs"). Of a W that takes labels beside z, only z's columns count.
  function directions({ rows, columns, values }, size, most) {
    const square = Array.from({ length: size }, () => new Float64Array(size)), found = [];
    for (let r = 0; r < rows; r++) {
      for (let i = 0; i < size; i++) for (let j = 0, w = values[r * columns + i]; j < size; j++) square[i][j] += w * values[r * columns + j];
    }
    for (let k = 0; k < Math.min(most, size); k++) found.push(strongest(square, found, k));
    return found;
  }

  // By power iteration, orthogonal to those found already.
  function strongest(square, found, start) {
    let v = new Float64Array(square.length).map((_, i) => 1 + Math.sin(7 * (i + start))); // anything that is not by chance orthogonal to it
    for (let i = 0; i < 500; i++) {
      const next = Float64Array.from(square, row => dot(row, v));
      for (const other of found) {
        const part = dot(next, other);
        other.forEach((value, j) => { next[j] -= part * value; });
      }
      const size = length(next);
      if (!(size > 0)) break;
      const turned = next.map(value => value / size), change = Math.abs(1 - dot(turned, v) / length(v));
      v = turned;
      if (change < 1e-12) break;
    }
    const far = v.reduce((best, value) => Math.abs(value) > Math.abs(best) ? value : best, 0);
    return v.map(value => far < 0 ? -value : value); // of v and −v the one whose largest value is positive
  }

  return { between, moved, directions };
})();
