// Numbers of 16 bits (IEEE 754 binary16), little-endian, in base64, as 32-bit floats.
const halves = (() => {
  // sign · 2^(exponent − 15) · 1.fraction; at exponent 0 without the leading 1.
  function number(bits) {
    const sign = bits & 0x8000 ? -1 : 1, exponent = (bits >> 10) & 31, fraction = bits & 1023;
    if (exponent === 31) return fraction ? NaN : sign * Infinity;
    return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
  }

  function decode(base64) {
    const bytes = atob(base64), numbers = new Float32Array(bytes.length >> 1);
    for (let i = 0; i < numbers.length; i++) numbers[i] = number(bytes.charCodeAt(2 * i) | (bytes.charCodeAt(2 * i + 1) << 8));
    return numbers;
  }

  return { number, decode };
})();
