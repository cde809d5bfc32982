// The layers of the generators, in inference mode: y = layer(x). x and y are Float32Arrays, images channels-last: [row][column][channel].
// What a layer is, it has from its description: type, output ([F] or [C, H, W]), and where its weights begin among all, as C# wrote them.
const layers = (() => {
  const CONTAINERS = ["Sequential", "Residual"]; // they tell of what is in them

  const map = (x, f) => {
    const y = new Float32Array(x.length);
    for (let i = 0; i < x.length; i++) y[i] = f(x[i], i);
    return y;
  };

  // makers[type](layer, take) → (x, mix, seen) => y, where take(start, count) is a stretch of the weights, and mix is how much of each class
  // is wanted: 1 of one class for its label; parts of two for what lies between their labels. seen({ layer, x, y, … }), if given, is told of
  // each layer that the picture goes through, in order, but for those of shortcuts.
  const makers = {
    Sequential: (layer, take) => {
      const chain = layer.layers.map(inner => make(inner, take));
      return (x, mix, seen) => chain.reduce((y, step) => step(y, mix, seen), x);
    },

    // y = main(x) + shortcut(x).
    Residual: (layer, take) => {
      const f = make(layer.main, take), g = layer.shortcut ? make(layer.shortcut, take) : x => x;
      return (x, mix, seen) => {
        const other = g(x, mix), inner = f(x, mix, seen), y = map(inner, (value, i) => value + other[i]);
        seen?.({ layer, x: inner, y, other });
        return y;
      };
    },

    // y = [x, one-hot of the label].
    ConcatOneHot: ({ output: [length] }) => (x, mix) => {
      const y = new Float32Array(length);
      y.set(x);
      y.set(mix, x.length);
      return y;
    },

    // y = W x + b, W: [out, in].
    Linear: ({ output: [count], weight, bias, inputs }, take) => {
      const w = take(weight, count * inputs), b = bias === null ? null : take(bias, count);
      return x => {
        const y = new Float32Array(count);
        for (let i = 0; i < count; i++) {
          let sum = b ? b[i] : 0;
          for (let j = 0; j < inputs; j++) sum += w[i * inputs + j] * x[j];
          y[i] = sum;
        }
        return y;
      };
    },

    // A flat x is in the order [channel][row][column].
    Reshape: ({ output: [channels, height, width] }) => x => {
      const y = new Float32Array(x.length), pixels = height * width;
      for (let c = 0; c < channels; c++) for (let p = 0; p < pixels; p++) y[p * channels + c] = x[c * pixels + p];
      return y;
    },

    Conv2D: (layer, take) => convolution(layer, take, convolutions.gather),
    ConvTranspose2D: (layer, take) => convolution(layer, take, convolutions.scatter),

    // The running statistics, γ and β are settled into a scale and an offset per channel.
    BatchNorm2D: ({ output: [channels], scale, offset }, take) => {
      const a = take(scale, channels), b = take(offset, channels);
      return x => map(x, (value, i) => a[i % channels] * value + b[i % channels]);
    },

    // γ and β of each class; of a mixture of classes, the mixture of theirs.
    ConditionalBatchNorm2D: ({ output: [channels], scale, offset, embedding }, take) => {
      const a = take(scale, channels), b = take(offset, channels);
      return (x, mix) => {
        const rows = take(embedding, mix.length * 2 * channels), vector = new Float32Array(2 * channels);
        mix.forEach((part, label) => {
          if (part !== 0) for (let i = 0; i < vector.length; i++) vector[i] += part * rows[label * vector.length + i];
        });
        return map(x, (value, i) => vector[i % channels] * (a[i % channels] * value + b[i % channels]) + vector[channels + i % channels]);
      };
    },

    // The nearest pixel.
    Upsample2D: ({ output: [channels, height, width], input: [, h, w] }) => x => {
      const y = new Float32Array(channels * height * width);
      for (let row = 0, at = 0; row < height; row++) {
        for (let column = 0; column < width; column++, at += channels) {
          const from = (Math.floor(row * h / height) * w + Math.floor(column * w / width)) * channels;
          for (let c = 0; c < channels; c++) y[at + c] = x[from + c];
        }
      }
      return y;
    },

    LeakyReLU: ({ slope }) => x => map(x, value => value > 0 ? value : slope * value),
    Tanh: () => x => map(x, Math.tanh),
    Sigmoid: () => x => map(x, value => 1 / (1 + Math.exp(-value))),
  };

  function convolution(layer, take, product) {
    const [mapChannels] = layer.map, [imageChannels] = layer.image;
    const weight = take(layer.weight, mapChannels * layer.kernel[0] * layer.kernel[1] * imageChannels);
    const bias = layer.bias === null ? null : take(layer.bias, layer.output[0]);
    return x => product(layer, x, weight, bias);
  }

  const make = (layer, take) => {
    if (!Object.hasOwn(makers, layer.type)) throw new Error(`This page does not know the layer ${layer.type}.`);
    const step = makers[layer.type](layer, take);
    return CONTAINERS.includes(layer.type) ? step : (x, mix, seen) => {
      const y = step(x, mix);
      seen?.({ layer, x, y });
      return y;
    };
  };

  return { make };
})();
