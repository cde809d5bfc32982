// The two products of a convolution, C · image and Cᵀ · map. Both walk over the same triples (position of the map, tap of the kernel, pixel of
// the image): pixel = position · stride + tap · dilation − before, both ways. All numbers lie channels-last: [row][column][channel], and the
// weights [map channel][kernel row][kernel column][image channel].
const convolutions = (() => {
  // Calls meet(position, tap, pixel) wherever a tap lies inside the image.
  function eachMeeting({ image: [, height, width], map: [, rows, columns], kernel: [kh, kw], stride, dilation, before }, meet) {
    for (let row = 0; row < rows; row++) {
      for (let i = 0; i < kh; i++) {
        const y = row * stride[0] + i * dilation[0] - before[0];
        if (y < 0 || y >= height) continue;
        for (let column = 0; column < columns; column++) {
          for (let j = 0; j < kw; j++) {
            const x = column * stride[1] + j * dilation[1] - before[1];
            if (x >= 0 && x < width) meet(row * columns + column, i * kw + j, y * width + x);
          }
        }
      }
    }
  }

  function filledWith(bias, channels, positions) {
    const y = new Float32Array(channels * positions);
    if (bias) for (let p = 0; p < positions; p++) y.set(bias, p * channels);
    return y;
  }

  // Conv2D: each position of the map gathers from the pixels under the kernel.
  function gather(layer, image, weight, bias) {
    const [imageChannels] = layer.image, [mapChannels, rows, columns] = layer.map, taps = layer.kernel[0] * layer.kernel[1];
    const map = filledWith(bias, mapChannels, rows * columns);
    const from = new Float64Array(imageChannels), row = taps * imageChannels;
    eachMeeting(layer, (position, tap, pixel) => {
      for (let c = 0; c < imageChannels; c++) from[c] = image[pixel * imageChannels + c];
      let m = 0, onto = position * mapChannels;
      for (; m + 4 <= mapChannels; m += 4, onto += 4) { // four sums at a time: one alone waits for itself
        let p = 0, q = 0, r = 0, s = 0;
        for (let c = 0, w = m * row + tap * imageChannels; c < imageChannels; c++, w++) {
          const value = from[c];
          p += value * weight[w];
          q += value * weight[w + row];
          r += value * weight[w + 2 * row];
          s += value * weight[w + 3 * row];
        }
        map[onto] += p;
        map[onto + 1] += q;
        map[onto + 2] += r;
        map[onto + 3] += s;
      }
      for (; m < mapChannels; m++, onto++) {
        let sum = 0;
        for (let c = 0, w = m * row + tap * imageChannels; c < imageChannels; c++) sum += from[c] * weight[w + c];
        map[onto] += sum;
      }
    });
    return map;
  }

  // ConvTranspose2D: each position of the map paints the kernel, times its value, onto the pixels under it.
  function scatter(layer, map, weight, bias) {
    const [imageChannels, height, width] = layer.image, [mapChannels] = layer.map, taps = layer.kernel[0] * layer.kernel[1];
    const image = filledWith(bias, imageChannels, height * width);
    eachMeeting(layer, (position, tap, pixel) => {
      for (let m = 0, onto = pixel * imageChannels; m < mapChannels; m++) {
        const value = map[position * mapChannels + m];
        if (value === 0) continue; // after a ReLU half of them
        for (let c = 0, w = (m * taps + tap) * imageChannels; c < imageChannels; c++) image[onto + c] += value * weight[w + c];
      }
    });
    return image;
  }

  return { eachMeeting, gather, scatter };
})();
