// An animated PNG put together of still ones (PNG specification, third edition, section 11.3.4).
const apng = (() => {
  const SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10];
  const TABLE = Uint32Array.from({ length: 256 }, (_, i) => {
    for (let bit = 0; bit < 8; bit++) i = i & 1 ? 0xedb88320 ^ (i >>> 1) : i >>> 1;
    return i;
  });

  function crc(bytes) {
    let value = 0xffffffff;
    for (const byte of bytes) value = TABLE[(value ^ byte) & 255] ^ (value >>> 8);
    return (value ^ 0xffffffff) >>> 0;
  }

  const bigEndian = (value, length) => Array.from({ length }, (_, i) => (value >>> (8 * (length - 1 - i))) & 255);

  function chunk(type, data) {
    const body = new Uint8Array(4 + data.length);
    body.set([...type].map(letter => letter.charCodeAt(0)));
    body.set(data, 4);
    const result = new Uint8Array(body.length + 8);
    result.set(bigEndian(data.length, 4));
    result.set(body, 4);
    result.set(bigEndian(crc(body), 4), 4 + body.length);
    return result;
  }

  // The chunks of a PNG: [type, data].
  function chunksOf(bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
      result = [];
    for (let at = SIGNATURE.length; at < bytes.length;) {
      const length = view.getUint32(at),
        type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
      result.push([type, bytes.subarray(at + 8, at + 8 + length)]);
      at += 12 + length;
    }
    return result;
  }

  const join = parts => {
    const result = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    parts.reduce((at, part) => {
      result.set(part, at);
      return at + part.length;
    }, 0);
    return result;
  };

  // stills: the bytes of PNGs of one size; milliseconds: how long each is shown.
  function of(stills, milliseconds) {
    const header = chunksOf(stills[0]).find(([type]) => type === "IHDR")[1],
      size = header.subarray(0, 8),
      parts = [Uint8Array.from(SIGNATURE)];
    parts.push(chunk("IHDR", header), chunk("acTL", [...bigEndian(stills.length, 4), ...bigEndian(0, 4)]));
    let sequence = 0;
    stills.forEach((still, i) => {
      const chunks = chunksOf(still);
      if (chunks[0][1].some((byte, at) => byte !== header[at])) throw new Error("Frames of an animation must be of one size and format.");
      parts.push(
        chunk("fcTL", [
          ...bigEndian(sequence++, 4),
          ...size,
          ...bigEndian(0, 8),
          ...bigEndian(milliseconds[i], 2),
          ...bigEndian(1000, 2),
          0,
          0,
        ]),
      );
      const data = join(chunks.filter(([type]) => type === "IDAT").map(([, bytes]) => bytes));
      parts.push(i === 0 ? chunk("IDAT", data) : chunk("fdAT", join([Uint8Array.from(bigEndian(sequence++, 4)), data])));
    });
    parts.push(chunk("IEND", []));
    return join(parts);
  }

  return { of, crc, chunksOf };
})();
