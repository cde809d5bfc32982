// What the page of `minigan explain` gives away: addresses, pictures, paper; and a trained network's layer that it is given. How to run it: CONTRIBUTING.md.
//   node explain-keep.mjs [folder for screenshots]      CHROMIUM=/path/to/chromium, MINIGAN="dotnet path/to/minigan.dll" to use others
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { crc32, inflateSync } from "node:zlib";
import { act, agrees, explain, minigan, on, open, pageOf } from "./explain-page.mjs";
import { check, close, counts, done, sees, shoot, shots } from "./launch.mjs";

const url = pageOf("transpose");
const address = page => page.evaluate(() => new Promise(resolve => setTimeout(() => resolve(location.hash), 400)));

await check("what is seen is in the address, and comes back from it", async () => {
  const page = await open(url);
  assert.equal(await address(page), "#transpose,in=2x2,k=3x3");
  await page.click("#lock-stride");
  await page.fill("#stride-0", "2");
  await page.fill("#inputChannels", "2");
  await page.selectOption("#padding", "same");
  await page.click("#random");
  await page.locator("#grids input[aria-label='x[1,0,1]']").fill("7.5");
  await page.keyboard.press("Tab");
  await page.click("#views [value=stretched]");
  await page.click("#tab-ways");
  await page.fill("#slider", "5");
  const looks = p => p.evaluate(() => ["summary", "sentence", "terms", "count", "grids", "ways", "agreement"].map(id => document.getElementById(id).innerText)
    .concat([...document.querySelectorAll("#grids input")].map(cell => cell.value)));
  const before = await looks(page), hash = await address(page);
  assert.match(hash, /^#transpose,in=2x2,k=3x3,s=2x1,p=same,c=2x1,view=stretched,panel=ways,step=5,seed=1,x=/);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.click("#copy");
  await sees(page, "#copied", "Link copied");
  const link = await page.evaluate(() => navigator.clipboard.readText());
  assert.ok(link.endsWith(hash));
  const other = await open(link);
  assert.deepEqual(await looks(other), before);
  // A number that is held is in it, too; another address in the same window is read at once.
  await other.locator("#grids button.cell").nth(3).click();
  assert.match(await address(other), /cell=3/);
  await other.evaluate(() => { location.hash = "conv,in=5x4,k=2x2,d=2"; });
  await other.waitForFunction(() => /x 5×4 → y 3×2/.test(document.getElementById("summary").textContent));
  await close(other);
  await close(page);
  const held = await open(`${url}#transpose,in=2x2,k=3x3,cell=5`);
  await sees(held, "#sentence", /y\[1,1\] is the sum of 4/);
  await close(held);
});

await check("whatever the address says, the page shows something", async () => {
  for (const hash of ["#", "#%", "#%E0%A4%A", "#transpose,in=99x99", "#conv,in=1x1,k=9x9", "#lesson=nothing", "#lesson=__proto__", "#transpose,in=2x2,x=1;2", "#transpose,step=999,cell=999,view=none,panel=none",
    "#transpose,in=16x16,k=11x11,c=4x4", "#<img src=x onerror=alert(1)>", `#transpose,x=${"1;".repeat(9000)}`, "#transpose,in=2x2,x=3e38;3e38;3e38;3e38"]) {
    const page = await open(url + hash);
    await sees(page, "#summary", /x \d/, hash);
    assert.ok(await page.locator("#error").isHidden(), hash);
    await agrees(page);
    await close(page);
  }
});

const chunksOf = bytes => {
  assert.equal(bytes.subarray(1, 4).toString(), "PNG");
  const chunks = [];
  for (let at = 8; at < bytes.length;) {
    const length = bytes.readUInt32BE(at), type = bytes.subarray(at + 4, at + 8).toString(), data = bytes.subarray(at + 8, at + 8 + length);
    assert.equal(bytes.readUInt32BE(at + 8 + length), crc32(bytes.subarray(at + 4, at + 8 + length)), `the checksum of ${type}`);
    chunks.push({ type, data });
    at += 12 + length;
  }
  return chunks;
};

async function saved(page, button, theme = "light") {
  await page.click("#save summary");
  await page.click(`.menu label:has([value=${theme}])`);
  const [download] = await Promise.all([page.waitForEvent("download"), page.click(button)]);
  const path = join(shots, `saved-${button.slice(1)}-${download.suggestedFilename()}`);
  await download.saveAs(path);
  await page.waitForSelector("#save-svg", { state: "hidden" });
  return { name: download.suggestedFilename(), bytes: readFileSync(path), path };
}

await check("pictures to keep: SVG, PNG and two animations, light and dark", async () => {
  const page = await open(`${url}#transpose,in=2x2,k=3x3,s=2,p=same,step=2`, { colorScheme: "light" });
  const svg = await saved(page, "#save-svg");
  assert.equal(svg.name, "transposed-convolution.svg");
  const read = await page.evaluate(source => {
    const document = new DOMParser().parseFromString(source, "image/svg+xml");
    return { broken: document.querySelector("parsererror") !== null, texts: [...document.querySelectorAll("text")].map(node => node.textContent), ground: document.querySelector("rect").getAttribute("fill") };
  }, svg.bytes.toString());
  assert.equal(read.broken, false);
  for (const word of ["C", "Cᵀ", "4×16", "16×4", "row 1", "Transposed convolution: y = Cᵀ · x"]) assert.ok(read.texts.includes(word), word);
  assert.equal(read.texts.filter(value => value === "9").length >= 5, true, "each weight in w, C and Cᵀ");
  const png = await saved(page, "#save-png"), still = chunksOf(png.bytes);
  assert.deepEqual([still[0].type, still.at(-1).type], ["IHDR", "IEND"]);
  const dark = await saved(page, "#save-png", "dark");
  assert.notDeepEqual(dark.bytes, png.bytes);
  const steps = chunksOf((await saved(page, "#save-steps")).bytes), count = type => steps.filter(chunk => chunk.type === type).length;
  assert.equal(steps[1].data.readUInt32BE(0), 5, "four steps and the whole");
  assert.deepEqual([count("fcTL"), count("IDAT"), count("fdAT")], [5, 1, 4]);
  const [width, height] = [steps[0].data.readUInt32BE(0), steps[0].data.readUInt32BE(4)], channels = steps[0].data[9] === 6 ? 4 : 3;
  for (const frame of steps.filter(chunk => ["IDAT", "fdAT"].includes(chunk.type))) {
    assert.equal(inflateSync(frame.type === "IDAT" ? frame.data : frame.data.subarray(4)).length, (width * channels + 1) * height);
  }
  assert.deepEqual(steps.filter(chunk => ["fcTL", "fdAT"].includes(chunk.type)).map(chunk => chunk.data.readUInt32BE(0)), [0, 1, 2, 3, 4, 5, 6, 7, 8], "in order");
  const flip = await saved(page, "#save-flip", "dark");
  assert.ok(chunksOf(flip.bytes)[1].data.readUInt32BE(0) > 20);
  // A browser can read all of them.
  for (const file of [png, dark, flip, svg]) {
    const type = file.name.endsWith(".svg") ? "image/svg+xml" : "image/png";
    const size = await page.evaluate(async source => { const image = new Image(); image.src = source; await image.decode(); return [image.naturalWidth, image.naturalHeight]; }, `data:${type};base64,${file.bytes.toString("base64")}`);
    assert.ok(size[0] > 600 && size[1] > 300, `${file.name}: ${size}`);
  }
  await page.click("#next");
  await sees(page, "#count", "3 / 4", "the page was where it had been");
  await page.click("#save summary");
  await page.keyboard.press("Escape");
  assert.ok(!await on(page, "#save-svg"), "the menu shuts by itself");
  await page.keyboard.press("Enter");
  assert.ok(await on(page, "#save-svg"));
  await page.keyboard.press("Escape");
  assert.ok(!await on(page, "#save-svg"));
  await close(page);
});

await check("on paper: the step, the matrices, and no controls", async () => {
  const page = await open(`${url}#lesson=scatter`, { colorScheme: "dark" });
  await page.emulateMedia({ media: "print" });
  for (const part of ["#grids", "#matrix", "#lesson-says"]) assert.ok(await on(page, part), part);
  for (const part of [".player", ".tools", ".turns", "#form"]) assert.ok(!await on(page, part), part);
  await shoot(page, "print");
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "light", "paper is white");
  await page.emulateMedia({ media: "screen" });
  await page.waitForFunction(() => document.documentElement.dataset.theme === undefined);
  await close(page);
});

await check("letters can be read: WCAG AA, light and dark", async () => {
  for (const colorScheme of ["light", "dark"]) for (const hash of ["", "#lesson=scatter", "#lesson=stretch", "#lesson=checkerboard", "#lesson=backward"]) {
    const page = await open(url + hash, { colorScheme, reducedMotion: "reduce" });
    const weak = await page.evaluate(() => {
      const parse = colour => { const values = (colour.match(/[\d.]+/g) ?? []).map(Number), unit = colour.startsWith("color(") ? 255 : 1; return [...values.slice(0, 3).map(v => v * unit), values[3] ?? 1]; };
      const over = (a, b) => [0, 1, 2].map(i => a[i] * a[3] + b[i] * (1 - a[3])).concat(1);
      const light = c => [0, 1, 2].reduce((sum, i) => { const v = c[i] / 255; return sum + [0.2126, 0.7152, 0.0722][i] * (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); }, 0);
      return [...document.querySelectorAll("body *")].filter(node => node.checkVisibility() && !node.closest(".pale, :disabled, option, svg, [type=range], [type=radio], [aria-hidden=true]") && (node.value || [...node.childNodes].some(child => child.nodeType === 3 && child.textContent.trim()))).flatMap(node => {
        const layers = [];
        for (let at = node; at; at = at.parentElement) layers.unshift(parse(getComputedStyle(at).backgroundColor));
        const ground = layers.reduce((below, layer) => over(layer, below), [255, 255, 255, 1]), ink = over(parse(getComputedStyle(node).color), ground);
        const [a, b] = [light(ground), light(ink)].sort((x, y) => y - x), ratio = (a + 0.05) / (b + 0.05);
        return ratio < 4.5 ? [`${node.tagName} ${node.className} "${(node.value ?? node.textContent).trim().slice(0, 20)}" ${ratio.toFixed(2)}`] : [];
      });
    });
    assert.deepEqual(weak, [], `${colorScheme} ${hash}`);
    await close(page);
  }
});

await check("a trained network's own layer", async () => {
  const run = join(shots, "run");
  minigan("train", "--preset", "dcgan", "--width", "4", "--steps", "2", "--batch", "8", "--no-preview", "--overwrite", "--out", run);
  const page = await open(explain("layer", "--checkpoint", run, "--layer", "4"), { colorScheme: "light" });
  await sees(page, "#real-title", /^Layer 4 of the generator in /);
  await sees(page, "#real-text", /ConvTranspose2D, 8 → 4, kernel 4×4, .* of 8 that go in and channel \d of 4 that comes out, a square of 4×4/);
  await counts(page, "#real-maps canvas", 4);
  await counts(page, "#real-maps .crop", 2);
  await sees(page, "#summary", /x 2×4×4 → y 8×8, kernel 4×4, stride 2×2/);
  await sees(page, "#agreement", /MiniGan's ConvTranspose2D agree/);
  await shoot(page, "layer");
  await page.click("#mode-lesson");
  await page.locator("#lesson-steps a", { hasText: "Your layer" }).click();
  await page.waitForFunction(() => document.getElementById("lesson-says").textContent.startsWith("Layer 4 of the generator"));
  await sees(page, "#agreement", /MiniGan's ConvTranspose2D agree/);
  await act(page, "Next step");
  await page.locator("#lesson-steps a").first().click();
  await page.waitForFunction(() => /x 4×4 → y 2×2/.test(document.getElementById("summary").textContent));
  await page.click("#mode-free");
  await page.click("#reset");
  await sees(page, "#summary", /x 2×4×4 → y 8×8/);
  await close(page);
});

await done();
