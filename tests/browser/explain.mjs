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
const setNumber = (page, id, value) => page.fill(`#${id}`, String(value));
const agrees = async page => assert.match(await text(page, "#agreement"), /^✓/);

const transpose = explain("transpose", "transpose", "--input", "2x2", "--kernel", "3x3");
const conv = explain("conv", "conv", "--input", "4x4", "--kernel", "3x3");
const same = explain("same", "transpose", "--stride", "2", "--padding", "same", "--backward");
const dilated = explain("dilated", "conv", "--input", "5x6", "--kernel", "2x3", "--dilation", "2", "--in-channels", "2", "--out-channels", "2", "--padding", "1,2,0,1", "--backward");
const wide = explain("large", "transpose", "--input", "8x8", "--kernel", "4", "--stride", "2", "--padding", "1");

await check("the article's transposed convolution, step by step", async () => {
  const page = await open(transpose, { ...desktop, colorScheme: "light" });
  await agrees(page);
  assert.match(await text(page, "#agreement"), /MiniGan's ConvTranspose2D/);
  assert.deepEqual(await yValues(page), ["1", "2", "3", "", "4", "5", "6", "", "7", "8", "9", "", "", "", "", ""]);
  await page.click("#next");
  assert.deepEqual(await yValues(page), ["1", "4", "7", "6", "4", "13", "16", "12", "7", "22", "25", "18", "", "", "", ""]);
  assert.equal(await text(page, "#count"), "2 / 4");
  await shoot(page, "transpose-light");
  await page.click("#next");
  await page.click("#next");
  assert.deepEqual(await yValues(page), ["1", "4", "7", "6", "7", "23", "33", "24", "19", "53", "63", "42", "21", "52", "59", "36"]);
  await page.click("#next");
  assert.equal(await text(page, "#count"), "4 / 4");
  await page.click("#previous");
  assert.equal(await text(page, "#count"), "3 / 4");
  await page.fill("#slider", "1");
  assert.equal(await text(page, "#count"), "1 / 4");
  await named(page);
  await close(page);
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
  assert.deepEqual(await yValues(page), ["195", "177", "213", "222"]);
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press("Home");
  assert.equal(await text(page, "#count"), "1 / 4");
  await page.keyboard.press("ArrowRight");
  assert.equal(await text(page, "#count"), "2 / 4");
  await page.keyboard.press("ArrowLeft");
  assert.equal(await text(page, "#count"), "1 / 4");
  await page.keyboard.press("End");
  assert.equal(await text(page, "#count"), "4 / 4");
  await page.keyboard.press("Space");
  assert.equal(await page.getAttribute("#play", "aria-label"), "Pause");
  await page.keyboard.press("Space");
  await close(page);
});

await check("mouse, keyboard and the matrix show every product of a cell", async () => {
  const page = await open(transpose, desktop);
  const cells = page.locator("#grids button.cell");
  const said = async () => (await text(page, "#terms")).replace(/\s+/g, " ").trim();
  await cells.nth(5).hover();
  assert.match(await text(page, "#sentence"), /y\[1,1\] is the sum of 4 products/);
  assert.equal(await said(), "1 · 5 + 2 · 4 + 3 · 2 + 4 · 1 = 23");
  assert.equal((await yValues(page))[15], "36", "all of y is shown meanwhile");
  await shoot(page, "transpose-hover", false);
  await page.mouse.move(2, 2);
  assert.match(await text(page, "#sentence"), /times the kernel/);
  await cells.nth(6).click();
  await page.mouse.move(2, 2);
  assert.match(await text(page, "#sentence"), /y\[1,2\]/, "a click holds the cell");
  await page.keyboard.press("Escape");
  assert.match(await text(page, "#sentence"), /times the kernel/);
  await page.evaluate(() => document.activeElement.blur());
  await page.focus("#backward");
  for (let i = 0; i < 60 && !(await page.evaluate(() => document.activeElement.matches("#grids button.cell"))); i++) await page.keyboard.press("Shift+Tab");
  assert.match(await text(page, "#sentence"), /y\[0,0\]/);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowRight");
  assert.equal(await said(), "1 · 5 + 2 · 4 + 3 · 2 + 4 · 1 = 23");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowLeft");
  assert.match(await text(page, "#sentence"), /y\[0,0\] is the sum of 1 product,/);
  await page.locator("#agreement").scrollIntoViewIfNeeded();
  const box = await page.locator("#matrix").boundingBox();
  await page.mouse.move(box.x + 10, box.y + box.height - 5);
  assert.match(await text(page, "#sentence"), /y\[3,3\]/, "the last row of the matrix is the last element of y");
  await page.mouse.click(box.x + 10, box.y + box.height - 5);
  await page.mouse.move(2, 2);
  assert.match(await text(page, "#sentence"), /y\[3,3\]/);
  await close(page);
});

await check("every setting is recomputed in the page", async () => {
  const page = await open(transpose, { ...desktop, colorScheme: "light" });
  const summary = () => text(page, "#summary");
  await setNumber(page, "input-0", 3);
  assert.match(await summary(), /x 3×2 → y 5×4/);
  await setNumber(page, "input-1", 4);
  assert.match(await summary(), /x 3×4 → y 5×6/);
  await setNumber(page, "kernel-0", 2);
  await setNumber(page, "kernel-1", 5);
  assert.match(await summary(), /→ y 4×8, kernel 2×5/);
  await setNumber(page, "stride-0", 3);
  await setNumber(page, "stride-1", 2);
  assert.match(await summary(), /→ y 9×11/);
  await setNumber(page, "dilation-0", 2);
  await setNumber(page, "dilation-1", 3);
  assert.match(await summary(), /→ y 9×19/);
  await page.selectOption("#padding", "same");
  assert.match(await summary(), /→ y 9×8/);
  assert.match(await text(page, "#formula"), /out = n·s = 3·3 = 9/);
  await page.selectOption("#padding", "explicit");
  for (const [side, value] of [["top", 1], ["left", 2], ["bottom", 0], ["right", 3]]) await setNumber(page, side, value);
  assert.match(await summary(), /→ y 8×14, .*padding \[1, 2, 0, 3\]/);
  await setNumber(page, "outputPadding-0", 1);
  await setNumber(page, "outputPadding-1", 2);
  assert.match(await summary(), /→ y 9×16, .*output padding 1×2/);
  await agrees(page);
  await setNumber(page, "inputChannels", 2);
  await setNumber(page, "outputChannels", 2);
  assert.match(await summary(), /x 2×3×4 → y 2×9×16/);
  await agrees(page);
  await shoot(page, "everything");
  await page.click(".segments label:has([value=conv])");
  assert.match(await text(page, "#error"), /The kernel does not fit: its width spans 13/);
  await setNumber(page, "dilation-1", 1);
  assert.match(await text(page, "#title"), /A convolution is C/);
  assert.match(await summary(), /x 2×3×4 → y 2×1×3/);
  await agrees(page);
  await page.click("#reset");
  assert.match(await summary(), /x 2×2 → y 4×4/);
  assert.match(await text(page, "#agreement"), /MiniGan's ConvTranspose2D/);
  await fits(page, "desktop");
  await close(page);
});

await check("numbers can be changed, counted, thrown, and shown backwards", async () => {
  const page = await open(conv, desktop);
  const inputs = page.locator("#grids input.cell");
  await inputs.nth(0).fill("101");
  await inputs.nth(0).press("Tab");
  await page.click("#next");
  assert.deepEqual((await yValues(page)).slice(0, 2), ["295", "177"]);
  await agrees(page);
  await inputs.nth(0).fill("abc");
  await inputs.nth(0).press("Tab");
  assert.equal(await inputs.nth(0).inputValue(), "101", "what is no number is put back");
  await page.locator("#grids input[aria-label='w[2,2]']").fill("-0.5");
  await page.keyboard.press("Tab");
  assert.equal((await yValues(page))[0], "276");
  await page.click("#random");
  const random = await inputs.nth(3).inputValue();
  assert.ok(Math.abs(Number(random)) <= 4);
  await agrees(page);
  await page.click("#counting");
  assert.equal(await inputs.nth(3).inputValue(), "4");
  assert.ok(await page.locator("#backward-panel").isHidden());
  await page.check("#backward");
  assert.match(await text(page, "#backward-text"), /dx = Cᵀ · dy/);
  assert.equal(await page.locator("#gradients .cell").count(), 4 + 16 + 9);
  await page.locator("#gradients input").first().fill("10");
  await page.keyboard.press("Tab");
  assert.equal(await page.locator("#gradients span.cell").first().innerText(), "10", "dx[0,0] = dy[0,0] · w[0,0]");
  await page.uncheck("#backward");
  assert.ok(await page.locator("#backward-panel").isHidden());
  await close(page);
});

await check("what cannot be is refused in a line, and the last picture stays", async () => {
  const page = await open(conv, desktop);
  await setNumber(page, "kernel-0", 5);
  assert.match(await text(page, "#error"), /The kernel does not fit: its height spans 5/);
  await setNumber(page, "kernel-0", "");
  assert.match(await text(page, "#error"), /Kernel must be a whole number from 1 to 11/);
  await setNumber(page, "kernel-0", 3);
  assert.ok(await page.locator("#error").isHidden());
  await setNumber(page, "stride-1", 0);
  assert.match(await text(page, "#error"), /Stride must be/);
  await setNumber(page, "stride-1", 1);
  await setNumber(page, "input-0", 16);
  await setNumber(page, "input-1", 16);
  await setNumber(page, "inputChannels", 4);
  await setNumber(page, "outputChannels", 4);
  assert.match(await text(page, "#error"), /The matrix would have/);
  await close(page);
});

await check("what is drawn is never what was refused", async () => {
  let page = await open(conv, desktop);
  await setNumber(page, "kernel-0", "");
  await page.setViewportSize({ width: 1000, height: 900 });
  assert.match(await text(page, "#error"), /Kernel must be a whole number/);
  assert.equal(await page.inputValue("#kernel-0"), "", "what was typed stays");
  assert.match(await text(page, "#summary"), /kernel 3×3/);
  await setNumber(page, "kernel-0", 2);
  assert.match(await text(page, "#summary"), /kernel 2×3/);
  await agrees(page);
  await close(page);

  page = await open(transpose, desktop);
  await setNumber(page, "kernel-1", "");
  await page.click(".segments label:has([value=conv])");
  await page.click("#next");
  assert.equal(await text(page, "#count"), "2 / 4");
  assert.match(await text(page, "#title"), /transposed/, "the last that could be computed");
  await close(page);
});

await check("numbers that float32 cannot hold are put back, tiny ones agree", async () => {
  const page = await open(conv, desktop);
  const inputs = page.locator("#grids input.cell");
  await inputs.nth(0).fill("1e39");
  await inputs.nth(0).press("Tab");
  assert.equal(await inputs.nth(0).inputValue(), "1");
  await inputs.nth(5).fill("3e38");
  await inputs.nth(5).press("Tab");
  assert.match(await text(page, "#error"), /float32/);
  assert.equal(await inputs.nth(5).inputValue(), "6");
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

await check("arrow keys step after a click on a button", async () => {
  const page = await open(conv, desktop);
  await page.click("#next");
  await page.keyboard.press("ArrowRight");
  assert.equal(await text(page, "#count"), "3 / 4");
  await page.focus("#previous");
  await page.keyboard.press("Space");
  assert.equal(await text(page, "#count"), "2 / 4", "space presses the button and does not play");
  assert.equal(await page.getAttribute("#play", "aria-label"), "Play");
  await close(page);
});

await check("the examples", async () => {
  const page = await open(transpose, { ...desktop, colorScheme: "light" });
  const buttons = page.locator("#presets button");
  const expected = [/x 4×4 → y 2×2/, /x 2×2 → y 4×4/, /x 2×2 → y 4×4, .*same/, /x 4×4 → y 9×9/, /x 4×4 → y 8×8/, /x 2×5×6 → y 2×3×2/];
  assert.equal(await buttons.count(), expected.length);
  for (let i = 0; i < expected.length; i++) {
    await buttons.nth(i).click();
    assert.match(await text(page, "#summary"), expected[i]);
    await agrees(page);
    if (i === 3) {
      assert.match(await text(page, "#overlap-text"), /Uneven: .* 2 and 1 rows and 2 and 1 columns/);
      await page.fill("#slider", "6");
      await shoot(page, "checkerboard");
    }
    if (i === 4) assert.match(await text(page, "#overlap-text"), /even/);
  }
  await close(page);
});

await check("light and dark", async () => {
  const page = await open(same, { ...desktop, colorScheme: "light" });
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  await page.click("#theme");
  const dark = await ground();
  assert.notEqual(light, dark);
  await page.fill("#slider", "2");
  await shoot(page, "same-dark");
  await page.click("#theme");
  assert.equal(await ground(), light);
  await page.emulateMedia({ colorScheme: "dark" });
  assert.equal(await ground(), light, "the choice outlasts the system's");
  await close(page);
});

await check("phones: nothing sticks out, a tap shows the products", async () => {
  for (const [name, url, scheme] of [["transpose", transpose, "light"], ["conv", conv, "light"], ["same", same, "dark"], ["dilated", dilated, "dark"], ["large", wide, "light"]]) {
    const page = await open(url, { ...phone, colorScheme: scheme });
    await fits(page, name);
    await agrees(page);
    await page.locator("#grids button.cell").nth(3).tap();
    assert.match(await text(page, "#sentence"), /is the sum of \d+ product/);
    await shoot(page, `phone-${name}`);
    await fits(page, name);
    await close(page);
  }
});

await check("two dilated channels with padding", async () => {
  const page = await open(dilated, { ...desktop, colorScheme: "light" });
  await agrees(page);
  assert.match(await text(page, "#summary"), /x 2×5×6 → y 2×4×5/);
  await page.fill("#slider", "7");
  await shoot(page, "dilated-light");
  await close(page);
});

await check("a large one: colours without numbers", async () => {
  const page = await open(wide, { ...desktop, colorScheme: "light" });
  await agrees(page);
  await page.fill("#slider", "28");
  assert.ok(await page.evaluate(() => document.getElementById("matrix-scroll").scrollTop) > 800, "the matrix follows the step");
  await shoot(page, "large-light");
  await close(page);
});

await done();
