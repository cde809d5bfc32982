// Takes the lesson on the page of `minigan explain`, every step of it. How to run it: CONTRIBUTING.md.
//   node explain-lesson.mjs [folder for screenshots]      CHROMIUM=/path/to/chromium, MINIGAN="dotnet path/to/minigan.dll" to use others
import assert from "node:assert/strict";
import { act, agrees, at, on, open, pageOf, yValues } from "./explain-page.mjs";
import { check, close, counts, done, fits, named, phone, sees, shoot, text } from "./launch.mjs";

const url = pageOf("transpose");
const address = page => page.evaluate(() => new Promise(resolve => setTimeout(() => resolve(location.hash), 400)));

// What each step shows, and what doing it changes.
const STEPS = {
  async gather(page) {
    await sees(page, "#summary", /x 4×4 → y 2×2/);
    assert.ok(!await on(page, "#matrix"), "no matrix yet");
    await act(page, "Next place");
    assert.deepEqual(await yValues(page), ["177", "222", "", ""]);
  },
  async row(page) {
    assert.ok(await on(page, "#matrix"));
    await sees(page, "#matrix-text", /C\[i, j\] is the weight .* the rows of x, one after another, as one column/);
    const rows = () => drawnRows(page, 4);
    assert.deepEqual(await rows(), [true, false, false, false], "a row of C for each step so far");
    await act(page, "Next row");
    await act(page, "Next row");
    assert.deepEqual(await rows(), [true, true, true, false]);
  },
  async matrix(page) {
    assert.deepEqual(await drawnRows(page, 4), [true, true, true, true]);
    assert.deepEqual(await yValues(page), ["177", "222", "222", "267"]);
    await act(page, "Show the next row");
    await sees(page, "#sentence", /y\[0,0\] is the sum of 9/);
    await act(page, "Show the next row");
    await sees(page, "#sentence", /y\[0,1\]/);
  },
  async flip(page) {
    await sees(page, "#summary", /x 2×2 → y 4×4/);
    const before = await page.locator("#matrix").screenshot();
    await act(page, "Flip C");
    await page.waitForFunction(() => document.getElementById("matrix").dataset.flipping === "true");
    await page.waitForFunction(() => document.getElementById("matrix").dataset.flipping === "false");
    assert.notDeepEqual(await page.locator("#matrix").screenshot(), before, "Cᵀ is there now");
  },
  async scatter(page) {
    assert.deepEqual((await yValues(page)).filter(value => value !== "").length, 9);
    await act(page, "Next number");
    await sees(page, "#sentence", /x\[0,1\] = 3 times the kernel/);
    for (let i = 0; i < 3; i++) await act(page, "Next number");
    await sees(page, "#count", "1 / 4", "and begins anew");
  },
  async stride(page) {
    for (const [stride, size] of [[2, "5×5"], [3, "6×6"], [1, "4×4"]]) {
      await act(page, `Stride ${stride}`);
      await sees(page, "#summary", new RegExp(`→ y ${size}`));
    }
  },
  async stretch(page) {
    assert.equal(await page.getAttribute("#views [value=stretched]", "aria-pressed"), "true");
    await counts(page, "#grids .ghost.between", 5, "zeros between 2×2 numbers, stride 2");
    await counts(page, "#grids .ghost", 7 * 7 - 4);
    await act(page, "Next pixel");
    assert.deepEqual((await yValues(page)).slice(0, 3), ["2", "4", ""]);
    await act(page, "Other view");
    assert.equal(await page.getAttribute("#views [value=scatter]", "aria-pressed"), "true");
    await act(page, "Other view");
  },
  async padding(page) {
    await act(page, "same");
    await sees(page, "#summary", /→ y 4×4, .*padding same/);
    assert.ok((await page.locator("#grids .ghost").allInnerTexts()).includes("×"), "what is cut is marked");
    await act(page, "valid");
    await sees(page, "#summary", /→ y 5×5, .*padding valid/);
  },
  async checkerboard(page) {
    await sees(page, "#overlap-text", /Uneven/);
    await act(page, "Kernel 4");
    await sees(page, "#overlap-text", /even: the taps/);
    const counts = await page.locator("#overlap .cell").allInnerTexts();
    assert.equal(counts[9], "4");
  },
  async backward(page) {
    const dx = (await page.locator("#gradients span.cell").allInnerTexts()).slice(0, 16);
    await act(page, "Switch the direction");
    assert.deepEqual(await yValues(page), dx, "what was dx is y");
    await sees(page, "#backward-text", /dx = C · dy/);
  },
};

// Whether something is drawn in each of the rows of C; read from a copy, so that the page's own canvas stays as it is.
const drawnRows = (page, count) => page.evaluate(rows => {
  const source = document.getElementById("matrix"), copy = new OffscreenCanvas(Math.floor(source.clientWidth * 0.6), source.clientHeight);
  const context = copy.getContext("2d", { willReadFrequently: true });
  context.drawImage(source, 0, 0, copy.width / source.clientWidth * source.width, source.height, 0, 0, copy.width, copy.height);
  const { data } = context.getImageData(0, 0, copy.width, copy.height);
  const isColourful = (x, y) => { const i = (y * copy.width + x) * 4, parts = [...data.subarray(i, i + 3)]; return Math.max(...parts) - Math.min(...parts) > 24; };
  const filled = [...Array(copy.height)].map((_, y) => [...Array(copy.width)].some((_, x) => isColourful(x, y)));
  const starts = filled.filter((isOn, y) => isOn && !filled[y - 1] && y >= 28).length;
  return Array.from({ length: rows }, (_, row) => row < starts);
}, count);

await check("the lesson, step by step", async () => {
  const page = await open(url, { colorScheme: "light" });
  await page.click("#mode-lesson");
  const ids = await page.locator("#lesson-steps a").evaluateAll(links => links.map(link => link.hash.split("=")[1]));
  assert.deepEqual(ids, Object.keys(STEPS));
  for (const [i, id] of ids.entries()) {
    await at(page, id);
    for (const part of ["says", "does", "sees"]) assert.ok((await text(page, `#lesson-${part}`)).length > 20, `${id}: ${part}`);
    for (const part of ["#lesson-says", "#lesson-sees", "#grids"]) {
      const box = await page.locator(part).boundingBox();
      assert.ok(box.y + box.height <= 800, `${id}: ${part} ends at ${box.y + box.height}`);
    }
    await shoot(page, `lesson-${i + 1}-${id}`, false);
    await STEPS[id](page);
    await agrees(page);
    assert.ok(await page.locator("#error").isHidden());
    await page.click("#lesson-forth");
  }
  await page.waitForSelector("#presets");
  assert.ok(await on(page, "#presets"), "and then one plays freely");
  await named(page);
  await close(page);
});

await check("a step can be linked to, gone back from, and left", async () => {
  for (const id of Object.keys(STEPS)) {
    const page = await open(`${url}#lesson=${id}`);
    await at(page, id);
    await STEPS[id](page);
    await close(page);
  }
  const page = await open(`${url}#lesson=flip`, { colorScheme: "dark" });
  await page.click("#lesson-back");
  await at(page, "matrix");
  await sees(page, "#summary", /x 4×4/);
  await page.locator("#lesson-steps a").nth(6).click();
  await at(page, "stretch");
  assert.equal(await page.getAttribute("#views [value=stretched]", "aria-pressed"), "true");
  await page.goBack();
  await at(page, "matrix");
  assert.ok(!await on(page, "#form"));
  await page.click("#open-settings");
  assert.equal(await page.getAttribute("#open-settings", "aria-expanded"), "true");
  await page.selectOption("#padding", "same");
  assert.match(await address(page), /p=same.*lesson=/);
  await page.click("#mode-free");
  await sees(page, "#summary", /padding same/, "what was set stays");
  await close(page);
});

await check("the lesson on a phone, by touch, and by keyboard alone", async () => {
  const page = await open(`${url}#lesson=gather`, { ...phone, colorScheme: "dark" });
  for (const id of Object.keys(STEPS)) {
    await at(page, id);
    await fits(page, id);
    await shoot(page, `phone-lesson-${id}`);
    await page.locator("#lesson-forth").tap();
  }
  await close(page);
  const keys = await open(`${url}#lesson=scatter`);
  for (let i = 0; i < 40 && await keys.evaluate(() => document.activeElement.textContent !== "Next number"); i++) await keys.keyboard.press("Tab");
  await keys.keyboard.press("Enter");
  await sees(keys, "#count", "2 / 4");
  await close(keys);
});

await done();
