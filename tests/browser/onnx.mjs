// Opens the page of docs/onnx.md in Chromium: an exported generator in onnxruntime-web draws what generate draws. How to run it: CONTRIBUTING.md.
//   node onnx.mjs [folder for screenshots]       CHROMIUM=/path/to/chromium, MINIGAN="dotnet path/to/minigan.dll" to use others
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { basename, dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import vm from "node:vm";
import { check, close, desktop, done, open, shoot } from "./launch.mjs";
import { home, minigan, train } from "./home.mjs";

const here = dirname(fileURLToPath(import.meta.url)), read = (...path) => readFileSync(join(here, ...path));
const page = /```html\n([\s\S]*?)```/.exec(read("../../docs/onnx.md").toString())[1];
train("digits", "--steps", "40", "--width", "8");
const checkpoint = join("runs", "digits", "checkpoint.safetensors");
minigan("export", "digits", "--onnx", "generator.onnx");

const types = { ".mjs": "text/javascript", ".wasm": "application/wasm", ".onnx": "application/octet-stream" };
const server = createServer((request, response) => {
  const name = basename(request.url);
  response.setHeader("Content-Type", types[extname(name)] ?? "text/html; charset=utf-8");
  response.end(request.url === "/" ? page : request.url === "/generator.onnx" ? readFileSync(join(home, name))
    : request.url.startsWith("/ort/") ? read("node_modules/onnxruntime-web/dist", name) : "");
});
await new Promise(resolve => server.listen(0, "127.0.0.1", resolve));

await check("onnxruntime-web draws what generate draws", async () => {
  const random = vm.runInNewContext(`${read("../../src/Runs/Reports/page/random.js")}; random`);
  const address = `http://127.0.0.1:${server.address().port}/`, opened = await open(address, desktop, address);
  await opened.waitForFunction(() => window.draw);
  for (const [seed, digit] of [[5, 3], [6, 8]]) {
    minigan("generate", "--checkpoint", checkpoint, "--count", "1", "--seed", `${seed}`, "--digit", `${digit}`, "--out", "one.idx3-ubyte");
    const expected = [...readFileSync(join(home, "one.idx3-ubyte")).subarray(16)], z = [...random.latent(seed, 32)];
    const drawn = await opened.evaluate(async ([values, label]) => {
      await window.draw(Float32Array.from(values), label);
      const copy = new OffscreenCanvas(28, 28).getContext("2d", { willReadFrequently: true });
      copy.drawImage(document.querySelector("canvas"), 0, 0);
      return [...copy.getImageData(0, 0, 28, 28).data].filter((_, i) => i % 4 === 0);
    }, [z, digit]);
    assert.equal(drawn.length, expected.length);
    assert.ok(Math.max(...drawn.map((value, i) => Math.abs(value - expected[i]))) <= 1, "but for rounding");
    assert.ok(new Set(drawn).size > 20);
  }
  await shoot(opened, "onnx");
  await close(opened);
});

server.close();
await done();
