#!/usr/bin/env node
// Records what Keras's layers compute, for tests/Reference/keras-layers.json.
//
// usage: node data-scripts/record-keras-reference.mjs [FOLDER]      (default: tests/Reference)
//
// Needs the npm package @tensorflow/tfjs 4.22 (its layers are Keras's), found in a node_modules folder of the current folder or above it:
//   npm install @tensorflow/tfjs@4.22.0
// Run again it writes the same bytes. All operands are multiples of 1/8, so that float32 gives the exact result in any order of summation. TensorFlow.js
// has no gradient for dilated convolutions and no dilated transposed ones: the former are recorded forward only, the latter not at all.
import { createRequire } from "node:module";
import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

console.warn = () => {}; // its advice to install a faster backend
const tf = createRequire(join(process.cwd(), "any.js"))("@tensorflow/tfjs");
const folder = resolve(process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), "..", "tests", "Reference"));
await tf.setBackend("cpu");

// xoshiro256** seeded by SplitMix64 (Blackman and Vigna).
const MASK = (1n << 64n) - 1n;
let seed = 20240602n;
const splitmix = () => {
  let z = (seed = (seed + 0x9e3779b97f4a7c15n) & MASK);
  z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK;
  z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & MASK;
  return z ^ (z >> 31n);
};
const s = [splitmix(), splitmix(), splitmix(), splitmix()];
const rotate = (x, k) => ((x << k) | (x >> (64n - k))) & MASK;
const next = () => {
  const result = (rotate((s[1] * 5n) & MASK, 7n) * 9n) & MASK, t = (s[1] << 17n) & MASK;
  s[2] ^= s[0]; s[3] ^= s[1]; s[1] ^= s[2]; s[0] ^= s[3]; s[2] ^= t; s[3] = rotate(s[3], 45n);
  return result;
};
const grid = (shape) => tf.tensor(Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => (Number((next() >> 11n) % 33n) - 16) / 8), shape);

const record = (tensor, order) => {
  const plain = order ? tf.transpose(tensor, order) : tensor;
  return { shape: plain.shape, data: Array.from(plain.dataSync()).map((v) => v + 0) };
};
const NCHW = [0, 3, 1, 2], CONV = [3, 2, 0, 1], TRANSPOSE = [3, 2, 0, 1];

function layerCase(op, channels, filters, size, kernel, strides, padding, { dilation = [1, 1], batch = 1, bias = true } = {}) {
  const transposed = op === "conv_transpose2d", dilated = dilation.some((d) => d > 1);
  const make = transposed ? tf.layers.conv2dTranspose : tf.layers.conv2d;
  const layer = make({ filters, kernelSize: kernel, strides, padding, useBias: bias, ...(dilated ? { dilationRate: dilation } : {}) });
  const x = tf.variable(grid([batch, ...size, channels]));
  layer.build(x.shape);
  const weight = grid(transposed ? [...kernel, filters, channels] : [...kernel, channels, filters]);
  const b = bias ? grid([filters]) : null;
  layer.setWeights(bias ? [weight, b] : [weight]);
  const y = layer.apply(x);
  const result = {
    name: `${op} ${channels}->${filters} on ${size.join("x")}, kernel ${kernel.join("x")}, strides ${strides.join("x")}, ${padding}` + (dilated ? `, dilation ${dilation.join("x")}` : ""),
    op, stride: strides, padding, dilation, groups: 1, output_padding: [0, 0],
    x: record(x, NCHW), weight: record(weight, transposed ? TRANSPOSE : CONV), bias: b && record(b), y: record(y, NCHW),
    dy: null, dx: null, dweight: null, dbias: null, exact: true,
  };
  if (!dilated) {
    const dy = grid(y.shape), variables = layer.trainableWeights.map((w) => w.val);
    const { grads } = tf.variableGrads(() => tf.sum(tf.mul(layer.apply(x), dy)), [x, ...variables]);
    result.dy = record(dy, NCHW);
    result.dx = record(grads[x.name], NCHW);
    result.dweight = record(grads[variables[0].name], transposed ? TRANSPOSE : CONV);
    result.dbias = bias ? record(grads[variables[1].name]) : null;
  }
  return result;
}

const cases = [];
for (const op of ["conv2d", "conv_transpose2d"]) {
  const size = op === "conv2d" ? [6, 7] : [3, 4];
  for (const padding of ["valid", "same"]) {
    for (let k = 1; k <= 5; k++) {
      for (let stride = 1; stride <= 3; stride++) {
        cases.push(layerCase(op, 2, 2, size, [k, k], [stride, stride], padding, { batch: k === 2 ? 2 : 1, bias: stride !== 3 }));
      }
    }
    cases.push(layerCase(op, 1, 3, size, [2, 3], [1, 2], padding));
    cases.push(layerCase(op, 3, 1, size, [4, 1], [2, 1], padding));
    cases.push(layerCase(op, 2, 2, size, [3, 5], [3, 2], padding, { bias: false }));
    cases.push(layerCase(op, 17, 9, op === "conv2d" ? [5, 4] : [2, 3], [3, 2], [2, 2], padding));
    cases.push(layerCase(op, 3, 2, op === "conv2d" ? [14, 14] : [7, 7], [5, 5], [2, 2], padding, { batch: 2, bias: false }));
  }
}
for (const padding of ["valid", "same"]) {
  cases.push(layerCase("conv2d", 2, 3, [9, 8], [3, 2], [1, 1], padding, { dilation: [2, 3] }));
  cases.push(layerCase("conv2d", 1, 2, [9, 9], [3, 3], [1, 1], padding, { dilation: [3, 3], bias: false }));
}

mkdirSync(folder, { recursive: true });
const path = join(folder, "keras-layers.json");
const head = JSON.stringify({ format: "minigan-conformance/1", source: `TensorFlow.js ${tf.version.tfjs} layers, Keras's (data-scripts/record-keras-reference.mjs)` });
writeFileSync(path, `${head.slice(0, -1)}, "cases": [\n${cases.map((c) => JSON.stringify(c)).join(",\n")}\n]}\n`);
console.log(`keras-layers.json ${cases.length} cases, ${statSync(path).size} bytes`);
