// Drives what a report shows of the inside of a run in Chromium: the maps from z to the picture. How to run it: CONTRIBUTING.md.
//   node inside.mjs [folder for screenshots]       CHROMIUM=/path/to/chromium, MINIGAN="dotnet path/to/minigan.dll" to use others
import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { check, close, counts, desktop, done, fits, named, open, phone, sees, shoot, soon, text } from "./launch.mjs";
import { runs, train } from "./runs.mjs";

const address = (name, hash = "") => pathToFileURL(join(runs, name, "report.html")).href + hash;
const numbers = words => [...words.matchAll(/[−-]?\d+(\.\d+)?(e-\d+)?/g)].map(([found]) => Number(found.replace("−", "-")));
const canvas = (page, column) => page.locator(".flow canvas").nth(column);
// The red of each pixel of a column.
const levels = (page, column) => canvas(page, column).evaluate(node => {
  const { data } = node.getContext("2d").getImageData(0, 0, node.width, node.height);
  return [...data].filter((_, i) => i % 4 === 0).join();
});

await check("from z to the picture: maps, sliders, what made a number", async () => {
  const page = await open(address("finished", "#seed=3&label=7"), { ...desktop, offline: true, colorScheme: "light" }, "file:");
  assert.match((await page.locator(".flow-column b").allInnerTexts()).join(" "), /^z 32×7×7 16×14×14 16×14×14 1×28×28$/);
  await sees(page, ".flow-row", /and 20 more/);
  const last = await page.locator(".flow canvas").count() - 1;
  const [before, picture] = [await levels(page, 2), await levels(page, last)];
  assert.equal(picture, await page.locator(".drawn").evaluate(node => [...node.getContext("2d").getImageData(0, 0, 28, 28).data].filter((_, i) => i % 4 === 0).join()));
  await page.fill("[aria-label='Direction 1']", "3");
  for (const [column, old] of [[2, before], [last, picture]]) await soon(async () => assert.notEqual(await levels(page, column), old, `column ${column} follows the slider`));

  // A number of the picture: pointed at, held, moved by keys.
  assert.equal(await page.locator(".flow .cell").isVisible(), false);
  await canvas(page, last).scrollIntoViewIfNeeded();
  await canvas(page, last).hover({ position: { x: 101, y: 101 } });
  await sees(page, ".flow .cell h3", /^Layer 4, channel 0, row 14, column 14: /);
  await sees(page, ".flow .cell", /Scatter \(Cᵀ · x\): .* 4 numbers of each of 16 channels reach this one[^]*13 more: [^]*bias [^]*together [^]*→ Tanh[^]*minigan explain --checkpoint runs\/finished --layer \d+/);
  const kernels = page.locator(".flow .makers .made").first().locator(".numbers");
  assert.deepEqual(await kernels.evaluateAll(all => all.map(one => one.querySelectorAll(".cells span").length)), [4, 16, 4]);
  const [x, , products] = await Promise.all([0, 1, 2].map(async i => numbers(await kernels.nth(i).locator(".cells").innerText())));
  const colours = async i => kernels.nth(i).locator(".cells span[style]").evaluateAll(cells => cells.map(cell => [cell.style.background, cell.textContent]));
  const weight = Object.fromEntries((await colours(1)).map(([colour, words]) => [colour, numbers(words)[0]]));
  (await colours(2)).forEach(([colour], i) => assert.ok(Math.abs(x[i] * weight[colour] - products[i]) <= 0.02 * Math.abs(products[i]) + 1e-4, `${x[i]} · ${weight[colour]} = ${products[i]}`));
  await soon(async () => assert.ok(await page.locator(".flow .frames .reached").count() > 0));
  await canvas(page, last).click({ position: { x: 101, y: 101 } });
  await canvas(page, 2).hover({ position: { x: 20, y: 20 } });
  await sees(page, ".flow .cell h3", /^Layer 4/, "a click holds it");
  await canvas(page, last).focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowUp");
  await sees(page, ".flow .cell h3", /^Layer 4, channel 0, row 13, column 15: /);
  await canvas(page, 1).focus();
  await page.keyboard.press("ArrowDown");
  await sees(page, ".flow .cell", /^Layer 1, channel \d+, row 3, column 3[^]*A row of W times z: \d+ products\. The 8 that count most/);
  for (let i = 0; i < 4; i++) await page.keyboard.press("ArrowRight");
  await sees(page, ".flow .cell h3", /row 3, column 0: /, "on to the next map");
  await canvas(page, 3).click({ position: { x: 20, y: 20 } });
  await sees(page, ".flow .cell", /Gather \(C · x\)/);
  await canvas(page, 0).click({ position: { x: 4, y: 4 } });
  await sees(page, ".flow .cell", /^z, 0: [^]*normal random number/);

  // The layers in order.
  await page.fill("[aria-label='Up to layer']", "2");
  await counts(page, ".flow-column.later", 2);
  await page.click("[aria-label='Play the layers']");
  await sees(page, ".flow .count", "z");
  await page.waitForFunction(() => document.querySelector(".flow .count").textContent === "layer 4 of 4");
  await page.waitForFunction(() => document.querySelector("[aria-label='Play the layers']").getAttribute("aria-pressed") === "false");
  await counts(page, ".flow-column.later", 0);
  await named(page);
  await fits(page, "the report");
  await shoot(page, "inside-light");
  await close(page);
});

await check("the way through residual blocks", async () => {
  train("residual", "--preset", "residual", "--size", "32", "--width", "4", "--steps", "3");
  for (const [device, name] of [[{ ...desktop, colorScheme: "dark" }, "dark"], [{ ...phone, colorScheme: "light" }, "phone"]]) {
    const page = await open(address("residual"), { ...device, offline: true }, "file:");
    await counts(page, ".flow canvas", 9);
    await canvas(page, 3).scrollIntoViewIfNeeded();
    await canvas(page, 3).click({ position: { x: 10, y: 10 } });
    await sees(page, ".flow .cell", /Gather[^]*by the shortcut[^]*→ normalised[^]*→ ReLU/);
    assert.doesNotMatch(await text(page, ".flow .cell"), /minigan explain/);
    await fits(page, "the report");
    await shoot(page, `inside-${name}`);
    await close(page);
  }
});

await check("the discriminator's view: scores, histograms, heat maps", async () => {
  for (const [device, name] of [[{ ...desktop, colorScheme: "light" }, "light"], [{ ...phone, colorScheme: "dark" }, "phone"]]) {
    const page = await open(address("finished"), { ...device, offline: true }, "file:"), faces = page.locator(".critic .faces");
    await page.waitForSelector(".critic .faces canvas");
    await sees(page, ".critic", /After step 280[^]*puts the real one first in [\d.]+ % of all pairs/);
    for (const row of [0, 1]) {
      const scores = (await faces.nth(row).locator("figcaption").allInnerTexts()).map(Number);
      assert.equal(scores.length, 20);
      assert.ok(scores.every((score, i) => score > 0 && score < 1 && (i === 0 || score <= scores[i - 1])), `${scores}`);
    }
    const seen = () => faces.nth(1).locator("canvas").first().evaluate(node => [...node.getContext("2d").getImageData(0, 0, 28, 28).data]);
    const plain = await seen();
    assert.ok(plain.every((value, i) => i % 4 === 3 || value === plain[i - i % 4]), "grey");
    await page.check(".critic input");
    const heated = await seen();
    assert.ok(heated.some((value, i) => i % 4 === 0 && value > heated[i + 2] + 20) && heated.some((value, i) => i % 4 === 2 && value > heated[i - 2] + 20), "orange and blue");
    await shoot(page, `critic-${name}`);
    await page.uncheck(".critic input");
    assert.deepEqual(await seen(), plain);
    await counts(page, ".critic .bar", 28);
    await counts(page, ".critic .line", 2);
    await named(page);
    await fits(page, "the report");
    await close(page);
  }
});

await done();
