// Drives the report of a run in Chromium; touches every control and asserts what then is seen: what the files say that it made. How to run it: CONTRIBUTING.md.
//   node report.mjs [folder for screenshots]       CHROMIUM=/path/to/chromium, MINIGAN="dotnet path/to/minigan.dll" to use others
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { check, close, counts, desktop, done, fits, named, open, phone, sees, shoot, text } from "./launch.mjs";
import { finished, idle, low, runs, STEPS, steps, summary } from "./runs.mjs";

await check("a finished run: what it tells, samples, charts", async () => {
  const page = await open(pathToFileURL(join(runs, "finished", "report.html")).href, { ...desktop, offline: true, colorScheme: "light" }, "file:");
  await sees(page, "h1", "finished");
  assert.equal((await text(page, "#summary")).replace(/\s+/g, " "), `finished ${summary}`);
  await sees(page, ".networks", /ConvTranspose2D/);
  await sees(page, ".evaluation table", /80\.13[\s\S]*52 %[\s\S]*210\.5/);
  const told = (await text(page, ".configuration")).replace(/\s+/g, " ");
  for (const [words, value] of [["learning rate", finished.gan.learningRate], ["batch size", finished.gan.batchSize], ["seed", finished.gan.seed], ["images", finished.images]]) assert.ok(told.includes(`${words} ${value}`), words);
  await sees(page, ".verdict", /^D (can hardly|is ahead|wins)[^(]*\(D\(x\) 0\.\d+, D\(G\(z\)\) 0\.\d+\)/);
  assert.ok(await page.locator(".curves .reference").count() >= 1);
  assert.match(await page.locator(".curves .plot").nth(1).textContent(), /½/);
  await named(page);
  await fits(page, "the report");

  // Samples: buttons, slider, keys, play.
  assert.equal(await steps(page), `step ${STEPS}`);
  const newest = await page.getAttribute(".grid", "src");
  assert.match(newest, /^data:image\/png;base64,/);
  await page.click("[aria-label=Earlier]");
  assert.notEqual(await page.getAttribute(".grid", "src"), newest);
  await page.click("[aria-label=Later]");
  assert.equal(await steps(page), `step ${STEPS}`);
  await page.fill(".time", "0");
  assert.equal(await steps(page), "step 0");
  await idle(page);
  for (const [key, expected] of [["End", `step ${STEPS}`], ["Home", "step 0"]]) {
    await page.keyboard.press(key);
    assert.equal(await steps(page), expected);
  }
  await page.keyboard.press("Space");
  assert.equal(await page.getAttribute(".player .primary", "aria-label"), "Pause");
  await page.waitForFunction(last => document.querySelector(".player .count").textContent === last, `step ${STEPS}`);
  await page.waitForFunction(() => document.querySelector(".player .primary").getAttribute("aria-label") === "Play");
  const [download] = await Promise.all([page.waitForEvent("download"), page.click('button:text-is("Save time-lapse")')]);
  assert.equal(download.suggestedFilename(), "finished-time-lapse.apng");
  const lapse = readFileSync(await download.path()), frames = [];
  for (let at = 8; at < lapse.length; at += 12 + lapse.readUInt32BE(at)) if (lapse.toString("latin1", at + 4, at + 8) === "fcTL") frames.push(lapse.readUInt16BE(at + 28));
  assert.equal(frames.length, await page.locator("[aria-label='Samples after step']").evaluate(slider => Number(slider.max)) + 1, "a frame for each picture");
  assert.deepEqual([frames.at(-1), lapse.readUInt32BE(16)], [2000, 302], "the newest one longest");
  await shoot(page, "report-light");

  // Charts: cursor, drag, buttons, keys, double click, smoothing.
  const charts = page.locator(".curves .chart"), box = await charts.first().boundingBox();
  const middle = box.y + box.height / 2, at = part => box.x + 46 + part * (box.width - 56);
  await page.mouse.move(at(0.5), middle);
  await counts(page, ".curves .cursor", 2);
  assert.equal(await low(page), "0");
  await page.mouse.move(at(0.25), middle);
  await page.mouse.down();
  await page.mouse.move(at(0.75), middle, { steps: 5 });
  await counts(page, ".selection", 1);
  await shoot(page, "report-selecting", false);
  await page.mouse.up();
  assert.ok(parseInt(await low(page)) >= 60);
  await page.dblclick(".curves .chart");
  assert.equal(await low(page), "0");
  await page.mouse.click(at(0.1), middle);
  const clicked = Number((await steps(page)).replace("step ", "")); // the last samples before it: those of a milestone
  assert.ok(clicked > 0 && clicked <= 0.1 * STEPS, `a click shows the samples of that step: ${clicked}`);
  await page.click("[aria-label='Zoom in']");
  await page.click("[aria-label='Zoom in']");
  assert.notEqual(await low(page), "0");
  await page.click("[aria-label='Zoom out']");
  await page.click('button:text-is("Show all")');
  assert.equal(await low(page), "0");
  assert.ok(await page.isDisabled('button:text-is("Show all")'));
  await charts.first().focus();
  await page.keyboard.press("+");
  assert.notEqual(await low(page), "0");
  await page.keyboard.press("ArrowRight");
  await counts(page, ".curves .cursor", 2);
  await page.keyboard.press("-");
  await page.keyboard.press("0");
  assert.equal(await low(page), "0");
  const curve = () => page.getAttribute(".curves .line >> nth=0", "d"), before = await curve();
  await page.fill("[aria-label=Smoothing]", "1");
  const smooth = await curve();
  assert.notEqual(smooth, before);
  await page.fill("[aria-label=Smoothing]", "0");
  assert.notEqual(await curve(), smooth);
  await counts(page, ".curves .raw", 0);
  const ticks = () => page.locator(".curves .plot").first().locator(".tick[text-anchor=end]").allTextContents(), linear = await ticks();
  await page.check("text=Log axis");
  assert.notDeepEqual(await ticks(), linear);
  assert.deepEqual(await page.locator(".curves svg :is(.line, .raw, .band)").evaluateAll(lines => lines.filter(line => {
    const { x, y, width, height } = line.getBBox(), plot = line.ownerSVGElement.viewBox.baseVal;
    return x < 46 || y < 10 || x + width > plot.width - 10 + 0.1 || y + height > plot.height - 24 + 0.1;
  }).length), 0);
  await shoot(page, "report-log", false);
  await page.uncheck("text=Log axis");
  assert.deepEqual(await ticks(), linear);
  await close(page);
});

await check("a run that goes on, dark; light and dark by the button", async () => {
  const page = await open(pathToFileURL(join(runs, "going", "report.html")).href, { ...desktop, offline: true, colorScheme: "dark" }, "file:");
  await sees(page, "#summary", /stopped\s+.*step 100 of 1,000/);
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor), dark = await ground();
  await shoot(page, "report-dark");
  await page.click("#theme");
  assert.notEqual(await ground(), dark);
  await page.click("#theme");
  assert.equal(await ground(), dark);
  await close(page);
});

await check("on a phone the report fits", async () => {
  for (const colorScheme of ["light", "dark"]) {
    const page = await open(pathToFileURL(join(runs, "finished", "report.html")).href, { ...phone, offline: true, colorScheme }, "file:");
    await fits(page, "the report");
    assert.deepEqual(await page.locator(".network .scroll").evaluateAll(tables => tables.map(table => table.scrollWidth - table.clientWidth)), [0, 0]);
    await page.tap("[aria-label=Earlier]");
    await shoot(page, `report-phone-${colorScheme}`);
    await close(page);
  }
});

await done();
