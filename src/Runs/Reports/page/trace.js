// What happens on the way from z to the picture, and what made a number of it.
const trace = (() => {
  const MIXING = ["Linear", "Conv2D", "ConvTranspose2D"]; // layers whose numbers are sums over many; all others change each by itself

  // Draws, and keeps what was seen on the way: { own, picture, stages }. A stage is a layer that mixes, and what is done to its numbers
  // until they are mixed again: { layer, x, y, after, map }; the layer made y of x, and after: [{ layer, y, other }] made its map of y.
  // The first stage has no layer: it is z, and its label. Images are [row][column][channel].
  function of(own, z, place) {
    const stages = [{ layer: null, after: [], map: z, shape: [z.length] }],
      stageOf = new Map([[z, stages[0]]]);
    const picture = own.draw(z, place, ({ layer, x, y, other }) => {
      let stage = stageOf.get(x);
      if (MIXING.includes(layer.type)) stages.push((stage = { layer, x, y, after: [] }));
      else if (stage && layer.type !== "Upsample2D") stage.after.push({ layer, y, other });
      else return; // of the larger copy, the next layer's x tells
      Object.assign(stage, { map: y, shape: layer.output });
      stageOf.set(y, stage);
    });
    return { own, picture, stages };
  }

  // The channels with the largest numbers, so many at most, in their own order.
  function strongest({ map, shape: [channels] }, most) {
    const energy = new Float64Array(channels);
    map.forEach((value, i) => {
      energy[i % channels] += value * value;
    });
    return Array.from(energy.keys())
      .sort((a, b) => energy[b] - energy[a])
      .slice(0, most)
      .sort((a, b) => a - b);
  }

  // The places in each of a stage's arrays, y's first, where what became map[index] is: only a Reshape moves numbers.
  function places({ after }, index) {
    const found = [index];
    for (const { layer } of [...after].reverse()) found.unshift(layer.type === "Reshape" ? flat(layer.output, found[0]) : found[0]);
    return found;
  }

  // [row][column][channel] → [channel][row][column]
  const flat = ([channels, height, width], index) => (index % channels) * height * width + Math.floor(index / channels);

  // The weight from a channel of x to one of y, at a tap of the kernel.
  function weightOf(layer, take) {
    if (layer.type === "Linear") return (channel, to) => take(layer.weight + to * layer.inputs + channel, 1)[0];
    const [channels] = layer.image,
      taps = layer.kernel[0] * layer.kernel[1],
      isScattered = layer.type === "ConvTranspose2D";
    return (channel, to, tap) =>
      take(layer.weight + (((isScattered ? channel : to) * taps + tap) * channels + (isScattered ? to : channel)), 1)[0];
  }

  // The products whose sum, with the bias, is y[index]: [{ channel, at, tap, value, weight }], with x's value in that channel and place.
  function products({ layer, x }, index, take) {
    const weight = weightOf(layer, take);
    if (layer.type === "Linear")
      return Array.from(x, (value, channel) => ({ channel, at: 0, tap: 0, value, weight: weight(channel, index) }));
    const isScattered = layer.type === "ConvTranspose2D",
      sides = [layer.map[0], layer.image[0]],
      [from, to] = isScattered ? sides : sides.reverse();
    const channelTo = index % to,
      place = Math.floor(index / to),
      found = [];
    convolutions.eachMeeting(layer, (position, tap, pixel) => {
      const [at, onto] = isScattered ? [position, pixel] : [pixel, position];
      if (onto !== place) return;
      for (let channel = 0; channel < from; channel++) {
        found.push({ channel, at, tap, value: x[at * from + channel], weight: weight(channel, channelTo, tap) });
      }
    });
    return found;
  }

  // What made map[index] of a stage: { channels, kernel, bias, sum, steps }, with the products by the channel that they come from, the
  // channel of the largest sum first; all weights from a channel of x by their taps; the value after each step from the sum to the map.
  function explain(stage, index, take) {
    const at = places(stage, index),
      { layer } = stage,
      weight = weightOf(layer, take),
      to = at[0] % layer.output[0],
      byChannel = new Map();
    for (const product of products(stage, at[0], take)) {
      if (!byChannel.has(product.channel)) byChannel.set(product.channel, { channel: product.channel, sum: 0, products: [] });
      const channel = byChannel.get(product.channel);
      channel.sum += product.value * product.weight;
      channel.products.push(product);
    }
    return {
      channels: [...byChannel.values()].sort((a, b) => Math.abs(b.sum) - Math.abs(a.sum)),
      kernel: channel => Array.from({ length: layer.kernel[0] * layer.kernel[1] }, (_, tap) => weight(channel, to, tap)),
      bias: layer.bias === null ? 0 : take(layer.bias + to, 1)[0],
      sum: stage.y[at[0]],
      steps: stage.after
        .map(({ layer: { type, slope }, y, other }, i) => ({
          name: type === "LeakyReLU" && slope === 0 ? "ReLU" : type,
          value: y[at[i + 1]],
          added: other?.[at[i + 1]],
        }))
        .filter(({ name }) => name !== "Reshape"),
    };
  }

  return { of, strongest, products, explain };
})();
