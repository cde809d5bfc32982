// Drives the page of `minigan explain` in Chromium, touches every control and asserts what the page then shows. How to run it: CONTRIBUTING.md.
//   node explain.mjs [folder for screenshots]      CHROMIUM=/path/to/chromium, MINIGAN="dotnet path/to/minigan.dll" to use others
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { check, close, desktop, done, first, fits, named, open as openPage, phone, program, shoot, shots, text } from "./launch.mjs";

function explain(name, ...options) {
  const file = join(shots, `${name}.html`);
  execFileSync(program, [...first, "explain", ...options, "--out", file], { stdio: ["ignore", "ignore", "inherit"] });
  return pathToFileURL(file).href;
}

const open = (url, context) => openPage(url, { offline: true, ...context }, "file:");
const yValues = page => page.locator("#grids button.cell").allInnerTexts();
const xValues = page => page.locator("#grids input[aria-label^='x']").evaluateAll(cells => cells.map(cell => cell.value));
const agrees = async page => assert.match(await text(page, "#agreement"), /^✓/);
const summary = page => text(page, "#summary");
const direction = (page, name) => page.click(`.direction label:has([value=${name}])`);
const preset = (page, name) => page.locator("#presets button", { hasText: name }).click();
const isLocked = (page, name) => page.getAttribute(`#lock-${name}`, "aria-pressed").then(value => value === "true");
// Both, where they are locked to be the same.
const setNumber = (page, id, value) => page.fill(`#${id}`, String(value));
async function unlock(page) {
  for (const name of ["input", "kernel", "stride", "dilation"]) if (await isLocked(page, name)) await page.click(`#lock-${name}`);
}
const laptop = { viewport: { width: 1280, height: 800 } };

const transpose = explain("transpose", "transpose", "--input", "2x2", "--kernel", "3x3");
const conv = explain("conv", "conv", "--input", "4x4", "--kernel", "3x3");
const same = explain("same", "transpose", "--stride", "2", "--padding", "same", "--backward");
const dilated = explain("dilated", "conv", "--input", "5x6", "--kernel", "2x3", "--dilation", "2", "--in-channels", "2", "--out-channels", "2", "--padding", "1,2,0,1", "--backward");
const wide = explain("large", "transpose", "--input", "8x8", "--kernel", "4", "--stride", "2", "--padding", "1");
const random = explain("random", "transpose", "--seed", "7");

await check("the article's transposed convolution, step by step", async () => {
  const page = await open(transpose, { ...desktop, colorScheme: "light" });
  await agrees(page);
  assert.match(await text(page, "#agreement"), /MiniGan's ConvTranspose2D/);
  assert.deepEqual(await xValues(page), ["2", "3", "4", "5"], "the first is not 1: its product would look like the kernel");
  assert.deepEqual(await yValues(page), ["2", "4", "6", "", "8", "10", "12", "", "14", "16", "18", "", "", "", "", ""]);
  await page.click("#next");
  assert.deepEqual(await yValues(page), ["2", "7", "12", "9", "8", "22", "27", "18", "14", "37", "42", "27", "", "", "", ""]);
  assert.equal(await text(page, "#count"), "2 / 4");
  await page.click("#next");
  await page.click("#next");
  assert.deepEqual(await yValues(page), ["2", "7", "12", "9", "12", "35", "49", "33", "30", "77", "91", "57", "28", "67", "76", "45"]);
  await page.click("#next");
  assert.equal(await text(page, "#count"), "4 / 4");
  await page.click("#previous");
  assert.equal(await text(page, "#count"), "3 / 4");
  await page.fill("#slider", "1");
  assert.equal(await text(page, "#count"), "1 / 4");
  await named(page);
  await close(page);
});

await check("grids, C and Cᵀ are on one screen of 1280×800", async () => {
  for (const url of [transpose, conv, `${transpose}#lesson=scatter`, `${transpose}#lesson=stretch`]) {
    const page = await open(url, laptop);
    for (const part of ["#grids", ".player", "#matrix", "#sentence"]) {
      const box = await page.locator(part).boundingBox();
      assert.ok(box.y >= 0 && box.y + box.height <= 800 && box.x + box.width <= 1280, `${url}: ${part} ends at ${box.y + box.height}`);
    }
    await close(page);
  }
});

await check("play runs to the end, pause holds it, keys step", async () => {
  const page = await open(conv, { ...desktop, colorScheme: "dark" });
  await page.click("#play");
  assert.equal(await page.getAttribute("#play", "aria-label"), "Pause");
  await page.waitForFunction(() => document.getElementById("count").textContent === "2 / 4");
  await page.click("#play");
  assert.equal(await page.getAttribute("#play", "aria-label"), "Play");
  await shoot(page, "conv-dark");
  await page.click("#play");
  await page.waitForFunction(() => document.getElementById("count").textContent === "4 / 4" && document.getElementById("play").getAttribute("aria-pressed") === "false");
  assert.deepEqual(await yValues(page), ["177", "222", "222", "267"]);
  await page.evaluate(() => document.activeElement.blur());
  for (const [key, count] of [["Home", 1], ["ArrowRight", 2], ["ArrowLeft", 1], ["End", 4]]) {
    await page.keyboard.press(key);
    assert.equal(await text(page, "#count"), `${count} / 4`);
  }
  await page.keyboard.press("Space");
  assert.equal(await page.getAttribute("#play", "aria-label"), "Pause");
  await page.keyboard.press("Space");
  await page.click("#next");
  await page.focus("#previous");
  await page.keyboard.press("Space");
  assert.equal(await page.getAttribute("#play", "aria-label"), "Play", "space presses the button and does not play");
  await close(page);
});

await check("mouse, keyboard and the matrices show every product of a number", async () => {
  const page = await open(transpose, desktop);
  const cells = page.locator("#grids button.cell");
  const said = async () => (await text(page, "#terms")).replace(/\s+/g, " ").trim();
  await cells.nth(5).hover();
  assert.match(await text(page, "#sentence"), /y\[1,1\] is the sum of 4 products/);
  assert.equal(await said(), "2 · 5 + 3 · 4 + 4 · 2 + 5 · 1 = 35");
  assert.equal((await yValues(page))[15], "45", "all of y is shown meanwhile");
  await shoot(page, "transpose-hover", false);
  await page.mouse.move(2, 2);
  assert.match(await text(page, "#sentence"), /x\[0,0\] = 2 times the kernel/);
  await cells.nth(6).click();
  await page.mouse.move(2, 2);
  assert.match(await text(page, "#sentence"), /y\[1,2\]/, "a click holds it");
  await page.keyboard.press("Escape");
  assert.match(await text(page, "#sentence"), /times the kernel/);
  await page.evaluate(() => document.activeElement.blur());
  await page.focus("#previous");
  for (let i = 0; i < 30 && !(await page.evaluate(() => document.activeElement.matches("#grids button.cell"))); i++) await page.keyboard.press("Shift+Tab");
  assert.match(await text(page, "#sentence"), /y\[0,0\]/);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowRight");
  assert.equal(await said(), "2 · 5 + 3 · 4 + 4 · 2 + 5 · 1 = 35");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowLeft");
  assert.match(await text(page, "#sentence"), /y\[0,0\] is the sum of 1 product,/);
  // C is 4×16 and at the left; Cᵀ is 16×4 and at the right: a column of C and a row of Cᵀ are a number of y.
  const box = await page.locator("#matrix").boundingBox();
  await page.mouse.move(box.x + 8, box.y + 60);
  assert.match(await text(page, "#sentence"), /y\[0,0\]/);
  await page.mouse.move(box.x + box.width - 20, box.y + box.height - 10);
  assert.match(await text(page, "#sentence"), /y\[3,3\]/, "the last row of Cᵀ is the last number of y");
  await page.mouse.click(box.x + box.width - 20, box.y + box.height - 10);
  await page.mouse.move(2, 2);
  assert.match(await text(page, "#sentence"), /y\[3,3\]/);
  await close(page);
});

await check("from every example the direction can be switched, and back, with the same C", async () => {
  const expected = [
    ["4×4 → 2×2", /x 4×4 → y 2×2/, /x 2×2 → y 4×4/], ["2×2 → 4×4", /x 2×2 → y 4×4/, /x 4×4 → y 2×2/], ["Stride 2, same", /x 2×2 → y 4×4, .*same/, /x 4×4 → y 2×2, .*same/],
    ["Checkerboard", /x 4×4 → y 9×9/, /x 9×9 → y 4×4/], ["Even: kernel 4", /x 4×4 → y 8×8/, /x 8×8 → y 4×4/], ["2 → 2 channels", /x 2×2×2 → y 2×4×4/, /x 2×4×4 → y 2×2×2/],
    ["2 groups", /x 2×2×2 → y 2×3×3, .*2 groups/, /x 2×3×3 → y 2×2×2, .*2 groups/], ["Dilated", /x 5×6 → y 3×2/, /x 3×2 → y 5×6/],
  ];
  const page = await open(transpose, laptop);
  assert.deepEqual(await page.locator("#presets button").allInnerTexts(), expected.map(([name]) => name));
  for (const [name, there, back] of expected) {
    await preset(page, name);
    assert.match(await summary(page), there);
    await agrees(page);
    const [size, x] = [await page.getAttribute("#matrix", "aria-label"), await xValues(page)], isConv = await page.isChecked("[value=conv]");
    await direction(page, isConv ? "transpose" : "conv");
    assert.ok(await page.locator("#error").isHidden(), name);
    assert.ok(await page.locator("#note").isHidden(), name);
    assert.match(await summary(page), back);
    assert.equal((await page.getAttribute("#matrix", "aria-label")).split(":")[0], size.split(":")[0], "the same C");
    await agrees(page);
    await direction(page, isConv ? "conv" : "transpose");
    assert.match(await summary(page), there);
    assert.deepEqual(await xValues(page), x, "there and back changes nothing");
  }
  await close(page);
});

await check("where no convolution has this C, the page says so and goes on", async () => {
  const page = await open(`${transpose}#transpose,in=2x2,k=2x2,d=3,p=0,op=1`, laptop);
  assert.match(await summary(page), /→ y 6×6, .*output padding 1×1/);
  await direction(page, "conv");
  assert.ok(await page.locator("#error").isHidden());
  assert.match(await text(page, "#note"), /further steps/);
  await agrees(page);
  await direction(page, "transpose");
  assert.ok(await page.locator("#note").isHidden());
  await close(page);
});

await check("every setting is recomputed in the page; the lock keeps things square", async () => {
  const page = await open(transpose, { ...desktop, colorScheme: "light" });
  await setNumber(page, "input-0", 3);
  assert.match(await summary(page), /x 3×3 → y 5×5/);
  await setNumber(page, "kernel-1", 2);
  assert.match(await summary(page), /kernel 2×2/);
  await setNumber(page, "stride-0", 2);
  assert.match(await summary(page), /stride 2×2/);
  await unlock(page);
  await setNumber(page, "input-1", 4);
  assert.match(await summary(page), /x 3×4 → /);
  await setNumber(page, "kernel-1", 5);
  assert.match(await summary(page), /kernel 2×5/);
  await page.click("#lock-kernel");
  assert.match(await summary(page), /kernel 2×2/, "a lock that shuts makes it square");
  await page.click("#lock-kernel");
  await setNumber(page, "kernel-1", 5);
  await setNumber(page, "stride-0", 3);
  assert.match(await summary(page), /→ y 9×11/);
  await setNumber(page, "dilation-0", 2);
  await setNumber(page, "dilation-1", 3);
  assert.match(await summary(page), /→ y 9×19/);
  await page.selectOption("#padding", "same");
  assert.match(await summary(page), /→ y 9×8/);
  assert.match(await text(page, "#formula"), /out = n·s = 3·3 = 9/);
  await page.selectOption("#padding", "explicit");
  for (const [side, value] of [["top", 1], ["left", 2], ["bottom", 0], ["right", 3]]) await setNumber(page, side, value);
  assert.match(await summary(page), /→ y 8×14, .*padding \[1, 2, 0, 3\]/);
  await setNumber(page, "outputPadding-0", 1);
  await setNumber(page, "outputPadding-1", 2);
  assert.match(await summary(page), /→ y 9×16, .*output padding 1×2/);
  await agrees(page);
  await setNumber(page, "inputChannels", 2);
  assert.ok(await page.locator("#groups-field").isHidden());
  await setNumber(page, "outputChannels", 2);
  assert.match(await summary(page), /x 2×3×4 → y 2×9×16/);
  await setNumber(page, "groups", 2);
  assert.match(await summary(page), /2 groups/);
  await agrees(page);
  await direction(page, "conv");
  assert.ok(await page.locator("#error").isHidden());
  assert.match(await summary(page), /x 2×9×16 → y 2×3×4/);
  await page.click("#reset");
  assert.match(await summary(page), /x 2×2 → y 4×4/);
  assert.match(await text(page, "#agreement"), /MiniGan's ConvTranspose2D/);
  await fits(page, "desktop");
  await close(page);
});

await check("numbers can be changed, counted, thrown, and shown backwards", async () => {
  const page = await open(conv, desktop);
  const inputs = page.locator("#grids input.cell");
  await inputs.nth(0).fill("102");
  await inputs.nth(0).press("Tab");
  await page.click("#next");
  assert.deepEqual((await yValues(page)).slice(0, 2), ["277", "222"]);
  await agrees(page);
  await inputs.nth(0).fill("abc");
  await inputs.nth(0).press("Tab");
  assert.equal(await inputs.nth(0).inputValue(), "102", "what is no number is put back");
  await page.locator("#grids input[aria-label='w[2,2]']").fill("-0.5");
  await page.keyboard.press("Tab");
  assert.equal((await yValues(page))[0], "248.5");
  await page.click("#random");
  const thrown = await xValues(page);
  assert.ok(thrown.every(value => Math.abs(Number(value)) <= 4));
  await agrees(page);
  await page.click("#random");
  assert.notDeepEqual(await xValues(page), thrown);
  await page.click("#counting");
  assert.equal(await inputs.nth(3).inputValue(), "5");
  await page.click("#tab-backward");
  assert.match(await text(page, "#backward-text"), /dx = Cᵀ · dy/);
  assert.equal(await page.locator("#gradients .cell").count(), 4 + 16 + 9);
  await page.locator("#gradients input").first().fill("10");
  await page.keyboard.press("Tab");
  assert.equal(await page.locator("#gradients span.cell").first().innerText(), "10", "dx[0,0] = dy[0,0] · w[0,0]");
  const dx = (await page.locator("#gradients span.cell").allInnerTexts()).slice(0, 16);
  await direction(page, "transpose");
  await page.fill("#slider", "4");
  assert.deepEqual(await yValues(page), dx, "what was dx of the convolution is y of the transposed one");
  await close(page);
});

await check("what cannot be is refused in a line, and the last picture stays", async () => {
  const page = await open(conv, desktop);
  await setNumber(page, "kernel-0", 5);
  assert.match(await text(page, "#error"), /The kernel does not fit: its height spans 5/);
  await setNumber(page, "kernel-0", "");
  assert.match(await text(page, "#error"), /Kernel must be a whole number from 1 to 11/);
  await page.setViewportSize({ width: 1000, height: 900 });
  assert.match(await summary(page), /kernel 3×3/);
  await setNumber(page, "kernel-0", 3);
  assert.ok(await page.locator("#error").isHidden());
  await setNumber(page, "stride-1", 0);
  assert.match(await text(page, "#error"), /Stride must be/);
  await direction(page, "transpose");
  assert.ok(await page.locator("#error").isHidden(), "the direction is of what is drawn");
  assert.match(await summary(page), /x 2×2 → y 4×4, kernel 3×3, stride 1×1/);
  await setNumber(page, "input-0", 16);
  await setNumber(page, "inputChannels", 4);
  await setNumber(page, "outputChannels", 4);
  assert.match(await text(page, "#error"), /The matrix would have/);
  await close(page);
});

await check("numbers that float32 cannot hold are put back, tiny ones agree", async () => {
  const page = await open(conv, desktop);
  const inputs = page.locator("#grids input.cell");
  for (const [index, typed, kept] of [[0, "1e39", "2"], [5, "3e38", "7"]]) {
    await inputs.nth(index).fill(typed);
    await inputs.nth(index).press("Tab");
    assert.equal(await inputs.nth(index).inputValue(), kept);
  }
  assert.match(await text(page, "#error"), /float32/);
  await inputs.nth(0).fill("1e-40");
  await inputs.nth(0).press("Tab");
  assert.ok(await page.locator("#error").isHidden());
  await agrees(page);
  await inputs.nth(0).fill("12345678");
  await inputs.nth(0).press("Tab");
  await page.locator("#grids button.cell").nth(0).click();
  assert.match(await text(page, "#terms"), /1\.2346E\+07 · 1/);
  await close(page);
});

await check("scatter, the stretched input and the matrix agree, number by number", async () => {
  const page = await open(`${transpose}#transpose,in=2x3,k=3x2,s=2x1,p=same,c=2x2`, laptop);
  await page.fill("#slider", await page.getAttribute("#slider", "max"));
  const scattered = await yValues(page);
  assert.ok(scattered.every(value => value !== ""));
  await page.click("#views [value=stretched]");
  assert.equal(await text(page, "#count"), "1 / 24", "a step for each number of y");
  assert.match(await text(page, "figcaption:has-text('flipped')"), /flipped/);
  await page.fill("#slider", "24");
  assert.deepEqual(await yValues(page), scattered);
  assert.match(await text(page, "#sentence"), /y\[1,3,2\] is the sum of \d+ products?, .*meet zeros/);
  await page.click("#tab-ways");
  const cells = await page.locator("#ways .cell").allInnerTexts();
  assert.equal(cells.length, 3 * 24);
  for (let way = 0; way < 3; way++) assert.deepEqual(cells.slice(way * 24, way * 24 + 24), scattered);
  await page.locator("#ways .cell").nth(30).hover();
  assert.equal(await page.locator("#ways .cell.active").count(), 3, "the same number of each");
  await page.mouse.move(2, 2);
  // A tab list is walked by its arrow keys.
  await page.focus("#tab-ways");
  await page.keyboard.press("ArrowRight");
  assert.equal(await page.getAttribute("#tab-matrix", "aria-selected"), "true");
  await page.keyboard.press("ArrowLeft");
  assert.equal(await page.getAttribute("#tab-ways", "aria-selected"), "true");
  await shoot(page, "ways");
  await close(page);
});

await check("the flip turns C into Cᵀ, at once where less motion is wanted", async () => {
  const page = await open(transpose, { ...laptop, reducedMotion: "no-preference" });
  await page.click("#flip");
  await page.waitForFunction(() => document.getElementById("matrix").dataset.flipping === "true");
  await page.waitForTimeout(900);
  await shoot(page, "flip-midway", false);
  await page.waitForFunction(() => document.getElementById("matrix").dataset.flipping === "false");
  await close(page);
  const calm = await open(transpose, { ...laptop, reducedMotion: "reduce" });
  await calm.click("#flip");
  assert.equal(await calm.getAttribute("#matrix", "data-flipping"), "false");
  await close(calm);
});

await check("light and dark", async () => {
  const page = await open(same, { ...desktop, colorScheme: "light" });
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  await page.click("#theme");
  assert.notEqual(light, await ground());
  await page.fill("#slider", "2");
  await shoot(page, "same-dark");
  await page.click("#theme");
  assert.equal(await ground(), light);
  await page.emulateMedia({ colorScheme: "dark" });
  assert.equal(await ground(), light, "the choice outlasts the system's");
  await close(page);
});

await check("from 360 to 1920 pixels nothing sticks out, and a tap shows the products", async () => {
  for (const [name, url, scheme] of [["transpose", transpose, "light"], ["conv", conv, "light"], ["same", same, "dark"], ["dilated", dilated, "dark"], ["large", wide, "light"]]) {
    const page = await open(url, { ...phone, colorScheme: scheme });
    await fits(page, name);
    await agrees(page);
    await page.locator("#grids button.cell").nth(3).tap();
    assert.match(await text(page, "#sentence"), /is the sum of \d+ product/);
    await shoot(page, `phone-${name}`);
    await close(page);
    for (const [width, height] of [[360, 780], [768, 1024], [1024, 768], [1280, 800], [1920, 1080]]) {
      const other = await open(url, { viewport: { width, height }, colorScheme: scheme === "light" ? "dark" : "light" });
      await fits(other, `${name} at ${width}`);
      if (width !== 1024) await shoot(other, `${name}-${width}`, width < 1000);
      await close(other);
    }
  }
});

await check("channels with padding, and a large one in colours without numbers", async () => {
  const page = await open(dilated, { ...desktop, colorScheme: "light" });
  await agrees(page);
  assert.match(await summary(page), /x 2×5×6 → y 2×4×5/);
  assert.equal(await page.getAttribute("#tab-backward", "aria-selected"), "true", "--backward");
  await page.fill("#slider", "7");
  await shoot(page, "dilated-light");
  await close(page);
  const large = await open(wide, { ...desktop, colorScheme: "light" });
  await agrees(large);
  await large.fill("#slider", "28");
  const room = await large.locator("#matrix-scroll").evaluate(box => [box.scrollWidth <= box.clientWidth, box.scrollHeight <= box.clientHeight]);
  assert.deepEqual(room, [true, true], "both matrices are seen whole");
  await shoot(large, "large-light");
  await close(large);
});

await check("a page with numbers of its own comes back to them", async () => {
  const page = await open(random, laptop);
  const x = await xValues(page);
  await page.click("#random");
  assert.notDeepEqual(await xValues(page), x);
  await page.click("#reset");
  assert.deepEqual(await xValues(page), x);
  assert.match(await text(page, "#agreement"), /MiniGan's/);
  await close(page);
});

await done();
