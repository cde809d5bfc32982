// The library's random numbers (RandomSource: xoshiro256**, Blackman and Vigna 2018, from a seed and a name), so that a seed means the same
// picture here as for `minigan generate --seed`.
const random = (() => {
  const word = value => BigInt.asUintN(64, value), rotate = (value, by) => word(value << by) | (value >> (64n - by));

  function source(seed, name) {
    let state = word(BigInt(seed));
    function splitMix() {
      state = word(state + 0x9E3779B97F4A7C15n);
      let z = state;
      z = word((z ^ (z >> 30n)) * 0xBF58476D1CE4E5B9n);
      z = word((z ^ (z >> 27n)) * 0x94D049BB133111EBn);
      return z ^ (z >> 31n);
    }
    for (const letter of name) state = splitMix() ^ BigInt(letter.charCodeAt(0)); // names are ASCII
    const s = [splitMix(), splitMix(), splitMix(), splitMix()];

    // 53 random bits as a number in [0, 1).
    return function next() {
      const result = word(rotate(word(s[1] * 5n), 7n) * 9n), t = word(s[1] << 17n);
      s[2] ^= s[0];
      s[3] ^= s[1];
      s[1] ^= s[2];
      s[0] ^= s[3];
      s[2] ^= t;
      s[3] = rotate(s[3], 45n);
      return Number(result >> 11n) / 2 ** 53;
    };
  }

  // Normal numbers in pairs (Box and Muller 1958).
  function normals(next, count) {
    const values = new Float32Array(count);
    for (let i = 0; i < count; i += 2) {
      const radius = Math.sqrt(-2 * Math.log(1 - next())), angle = 2 * Math.PI * next();
      values[i] = radius * Math.cos(angle);
      if (i + 1 < count) values[i + 1] = radius * Math.sin(angle);
    }
    return values;
  }

  // The latent vector of the first picture of `minigan generate --seed`.
  const latent = (seed, size) => normals(source(seed, "generate"), size);

  return { latent };
})();
