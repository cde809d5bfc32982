// Changes every setting and number on the page of `minigan explain`, and asserts what it then shows. How to run it: CONTRIBUTING.md.
//   node explain-settings.mjs [folder for screenshots]      CHROMIUM=/path/to/chromium, MINIGAN="dotnet path/to/minigan.dll" to use others
import assert from "node:assert/strict";
import { agrees, direction, laptop, open, pageOf, xValues, yValues } from "./explain-page.mjs";
import { check, close, counts, desktop, done, fits, sees, shoot, text } from "./launch.mjs";

const [transpose, conv, random] = ["transpose", "conv", "random"].map(pageOf);
const preset = (page, name) => page.locator("#presets button", { hasText: name }).click();
const isLocked = (page, name) => page.getAttribute(`#lock-${name}`, "aria-pressed").then(value => value === "true");
// Of a pair that is locked, both.
const setNumber = (page, id, value) => page.fill(`#${id}`, String(value));
async function unlock(page) {
  for (const name of ["input", "kernel", "stride", "dilation"]) if (await isLocked(page, name)) await page.click(`#lock-${name}`);
}

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
    await sees(page, "#summary", there);
    await agrees(page);
    const [size, x] = [await page.getAttribute("#matrix", "aria-label"), await xValues(page)], isConv = await page.isChecked("[value=conv]");
    await direction(page, isConv ? "transpose" : "conv");
    assert.ok(await page.locator("#error").isHidden(), name);
    assert.ok(await page.locator("#note").isHidden(), name);
    await sees(page, "#summary", back);
    assert.equal((await page.getAttribute("#matrix", "aria-label")).split(":")[0], size.split(":")[0], "the same C");
    await agrees(page);
    await direction(page, isConv ? "conv" : "transpose");
    await sees(page, "#summary", there);
    assert.deepEqual(await xValues(page), x, "there and back changes nothing");
  }
  await close(page);
});

await check("where no convolution has this C, the page says so and goes on", async () => {
  const page = await open(`${transpose}#transpose,in=2x2,k=2x2,d=3,p=0,op=1`, laptop);
  await sees(page, "#summary", /→ y 6×6, .*output padding 1×1/);
  await direction(page, "conv");
  assert.ok(await page.locator("#error").isHidden());
  await sees(page, "#note", /further steps/);
  await agrees(page);
  await direction(page, "transpose");
  assert.ok(await page.locator("#note").isHidden());
  await close(page);
});

await check("every setting is recomputed in the page; the lock keeps things square", async () => {
  const page = await open(transpose, { ...desktop, colorScheme: "light" });
  await setNumber(page, "input-0", 3);
  await sees(page, "#summary", /x 3×3 → y 5×5/);
  await setNumber(page, "kernel-1", 2);
  await sees(page, "#summary", /kernel 2×2/);
  await setNumber(page, "stride-0", 2);
  await sees(page, "#summary", /stride 2×2/);
  await unlock(page);
  await setNumber(page, "input-1", 4);
  await sees(page, "#summary", /x 3×4 → /);
  await setNumber(page, "kernel-1", 5);
  await sees(page, "#summary", /kernel 2×5/);
  await page.click("#lock-kernel");
  await sees(page, "#summary", /kernel 2×2/, "a lock that shuts makes it square");
  await page.click("#lock-kernel");
  await setNumber(page, "kernel-1", 5);
  await setNumber(page, "stride-0", 3);
  await sees(page, "#summary", /→ y 9×11/);
  await setNumber(page, "dilation-0", 2);
  await setNumber(page, "dilation-1", 3);
  await sees(page, "#summary", /→ y 9×19/);
  await page.selectOption("#padding", "same");
  await sees(page, "#summary", /→ y 9×8/);
  await sees(page, "#formula", /out = n·s = 3·3 = 9/);
  await page.selectOption("#padding", "explicit");
  for (const [side, value] of [["top", 1], ["left", 2], ["bottom", 0], ["right", 3]]) await setNumber(page, side, value);
  await sees(page, "#summary", /→ y 8×14, .*padding \[1, 2, 0, 3\]/);
  await setNumber(page, "outputPadding-0", 1);
  await setNumber(page, "outputPadding-1", 2);
  await sees(page, "#summary", /→ y 9×16, .*output padding 1×2/);
  await agrees(page);
  await setNumber(page, "inputChannels", 2);
  assert.ok(await page.locator("#groups-field").isHidden());
  await setNumber(page, "outputChannels", 2);
  await sees(page, "#summary", /x 2×3×4 → y 2×9×16/);
  await setNumber(page, "groups", 2);
  await sees(page, "#summary", /2 groups/);
  await agrees(page);
  await direction(page, "conv");
  assert.ok(await page.locator("#error").isHidden());
  await sees(page, "#summary", /x 2×9×16 → y 2×3×4/);
  await page.click("#reset");
  await sees(page, "#summary", /x 2×2 → y 4×4/);
  await sees(page, "#agreement", /MiniGan's ConvTranspose2D/);
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
  await sees(page, "#backward-text", /dx = Cᵀ · dy/);
  await counts(page, "#gradients .cell", 4 + 16 + 9);
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
  await sees(page, "#error", /The kernel does not fit: its height spans 5/);
  await setNumber(page, "kernel-0", "");
  await sees(page, "#error", /Kernel must be a whole number from 1 to 11/);
  await page.setViewportSize({ width: 1000, height: 900 });
  await sees(page, "#summary", /kernel 3×3/);
  await setNumber(page, "kernel-0", 3);
  assert.ok(await page.locator("#error").isHidden());
  await setNumber(page, "stride-1", 0);
  await sees(page, "#error", /Stride must be/);
  await direction(page, "transpose");
  assert.ok(await page.locator("#error").isHidden(), "the direction is of what is drawn");
  await sees(page, "#summary", /x 2×2 → y 4×4, kernel 3×3, stride 1×1/);
  await setNumber(page, "input-0", 16);
  await setNumber(page, "inputChannels", 4);
  await setNumber(page, "outputChannels", 4);
  await sees(page, "#error", /The matrix would have/);
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
  await sees(page, "#error", /float32/);
  await inputs.nth(0).fill("1e-40");
  await inputs.nth(0).press("Tab");
  assert.ok(await page.locator("#error").isHidden());
  await agrees(page);
  await inputs.nth(0).fill("12345678");
  await inputs.nth(0).press("Tab");
  await page.locator("#grids button.cell").nth(0).click();
  await sees(page, "#terms", /1\.2346E\+07 · 1/);
  await close(page);
});

await check("scatter, the stretched input and the matrix agree, number by number", async () => {
  const page = await open(`${transpose}#transpose,in=2x3,k=3x2,s=2x1,p=same,c=2x2`, laptop);
  await page.fill("#slider", await page.getAttribute("#slider", "max"));
  const scattered = await yValues(page);
  assert.ok(scattered.every(value => value !== ""));
  await page.click("#views [value=stretched]");
  await sees(page, "#count", "1 / 24", "a step for each number of y");
  assert.match(await text(page, "figcaption:has-text('flipped')"), /flipped/);
  await page.fill("#slider", "24");
  assert.deepEqual(await yValues(page), scattered);
  await sees(page, "#sentence", /y\[1,3,2\] is the sum of \d+ products?, .*meet zeros/);
  await page.click("#tab-ways");
  const cells = await page.locator("#ways .cell").allInnerTexts();
  assert.equal(cells.length, 3 * 24);
  for (let way = 0; way < 3; way++) assert.deepEqual(cells.slice(way * 24, way * 24 + 24), scattered);
  await page.locator("#ways .cell").nth(30).hover();
  await counts(page, "#ways .cell.active", 3, "the same number of each");
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

await check("a page with numbers of its own comes back to them", async () => {
  const page = await open(random, laptop);
  const x = await xValues(page);
  await page.click("#random");
  assert.notDeepEqual(await xValues(page), x);
  await page.click("#reset");
  assert.deepEqual(await xValues(page), x);
  await sees(page, "#agreement", /MiniGan's/);
  await close(page);
});

await done();
