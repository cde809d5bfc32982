// Drives the page of `minigan explain` in Chromium, step by step and at every size, and asserts what it then shows. How to run it: CONTRIBUTING.md.
//   node explain.mjs [folder for screenshots]      CHROMIUM=/path/to/chromium, MINIGAN="dotnet path/to/minigan.dll" to use others
import assert from "node:assert/strict";
import { agrees, laptop, open, pageOf, xValues, yValues } from "./explain-page.mjs";
import { check, close, desktop, done, fits, named, phone, sees, shoot, text } from "./launch.mjs";

const [transpose, conv, same, dilated, wide] = ["transpose", "conv", "same", "dilated", "large"].map(pageOf);

await check("the article's transposed convolution, step by step", async () => {
  const page = await open(transpose, { ...desktop, colorScheme: "light" });
  await agrees(page);
  await sees(page, "#agreement", /MiniGan's ConvTranspose2D/);
  assert.deepEqual(await xValues(page), ["2", "3", "4", "5"], "the first is not 1: its product would look like the kernel");
  assert.deepEqual(await yValues(page), ["2", "4", "6", "", "8", "10", "12", "", "14", "16", "18", "", "", "", "", ""]);
  await page.click("#next");
  assert.deepEqual(await yValues(page), ["2", "7", "12", "9", "8", "22", "27", "18", "14", "37", "42", "27", "", "", "", ""]);
  await sees(page, "#count", "2 / 4");
  await page.click("#next");
  await page.click("#next");
  assert.deepEqual(await yValues(page), ["2", "7", "12", "9", "12", "35", "49", "33", "30", "77", "91", "57", "28", "67", "76", "45"]);
  await page.click("#next");
  await sees(page, "#count", "4 / 4");
  await page.click("#previous");
  await sees(page, "#count", "3 / 4");
  await page.fill("#slider", "1");
  await sees(page, "#count", "1 / 4");
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
    await sees(page, "#count", `${count} / 4`);
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
  await sees(page, "#sentence", /y\[1,1\] is the sum of 4 products/);
  assert.equal(await said(), "2 · 5 + 3 · 4 + 4 · 2 + 5 · 1 = 35");
  assert.equal((await yValues(page))[15], "45", "all of y is shown meanwhile");
  await shoot(page, "transpose-hover", false);
  await page.mouse.move(2, 2);
  await sees(page, "#sentence", /x\[0,0\] = 2 times the kernel/);
  await cells.nth(6).click();
  await page.mouse.move(2, 2);
  await sees(page, "#sentence", /y\[1,2\]/, "a click holds it");
  await page.keyboard.press("Escape");
  await sees(page, "#sentence", /times the kernel/);
  await page.evaluate(() => document.activeElement.blur());
  await page.focus("#previous");
  for (let i = 0; i < 30 && !(await page.evaluate(() => document.activeElement.matches("#grids button.cell"))); i++) await page.keyboard.press("Shift+Tab");
  await sees(page, "#sentence", /y\[0,0\]/);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowRight");
  assert.equal(await said(), "2 · 5 + 3 · 4 + 4 · 2 + 5 · 1 = 35");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowLeft");
  await sees(page, "#sentence", /y\[0,0\] is the sum of 1 product,/);
  // C is 4×16 and at the left; Cᵀ is 16×4 and at the right: a column of C and a row of Cᵀ are a number of y.
  const box = await page.locator("#matrix").boundingBox();
  const { pitch, c, t } = await page.evaluate(() => matrices.layout(document.getElementById("matrix-scroll").clientWidth, "both", Math.max(290, innerHeight - 430)));
  for (const [name, x, y] of [["C", c.x + 6.5 * pitch, c.y + 2.5 * pitch], ["Cᵀ", t.x + 2.5 * pitch, t.y + 6.5 * pitch]]) {
    await page.mouse.move(box.x + x, box.y + y);
    await sees(page, "#sentence", /y\[1,2\]/, name);
  }
  await page.mouse.move(box.x + box.width - 20, box.y + box.height - 10);
  await sees(page, "#sentence", /y\[3,3\]/, "the last row of Cᵀ is the last number of y");
  await page.mouse.click(box.x + box.width - 20, box.y + box.height - 10);
  await page.mouse.move(2, 2);
  await sees(page, "#sentence", /y\[3,3\]/);
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
    await sees(page, "#sentence", /is the sum of \d+ product/);
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
  await sees(page, "#summary", /x 2×5×6 → y 2×4×5/);
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

await done();
