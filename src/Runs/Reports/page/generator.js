// The run's own generator, from latent vector to picture.
const generator = (() => {
  // data: as C# embeds it.
  function create(data) {
    const weights = halves.decode(data.weights);
    const take = (start, count) => weights.subarray(start, start + count), network = layers.make(data.network, take);
    const [channels, height, width] = data.image, classes = data.labels.length;

    // How much of each class: all of one, or parts of it and of the next at a place between labels; 2.25 is a quarter of the way from 2
    // to 3.
    function mixtureAt(place) {
      const mix = new Float32Array(classes), first = Math.floor(place), part = place - first;
      if (classes === 0) return mix;
      mix[first % classes] += 1 - part;
      mix[(first + 1) % classes] += part;
      return mix;
    }

    // z → a picture [row][column][channel] in [−1, 1]; seen is told of each layer.
    const draw = (z, place = 0, seen = undefined) => network(z, mixtureAt(place), seen);

    return {
      channels, height, width, classes, labels: data.labels, layers: data.network.layers ?? [data.network], latentSize: data.latentSize, first: firstMatrix(data.network, weights),
      mixtureAt, draw, take, pixels: picture => pixels(picture, channels),
    };
  }

  // The weights of the first Linear: { rows, columns, values }.
  function firstMatrix(layer, weights) {
    const linear = (layer.layers ?? [layer]).find(inner => inner.type === "Linear");
    if (!linear) return null;
    const [rows] = linear.output, { inputs: columns, weight } = linear;
    return { rows, columns, values: weights.subarray(weight, weight + rows * columns) };
  }

  // From [−1, 1] to 8 bits, red, green, blue and opaque, as ImageConversion does; grey three times.
  function pixels(picture, channels) {
    const bytes = new Uint8ClampedArray(picture.length / channels * 4);
    for (let from = 0, to = 0; to < bytes.length; from += channels, to += 4) {
      for (let c = 0; c < 3; c++) bytes[to + c] = (picture[from + Math.min(c, channels - 1)] + 1) * 127.5;
      bytes[to + 3] = 255;
    }
    return bytes;
  }

  return { create };
})();
