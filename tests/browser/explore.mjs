// Drives the playground of a report in Chromium: the generator runs in the page, without a server. How to run it: CONTRIBUTING.md.
//   node explore.mjs [folder for screenshots]       CHROMIUM=/path/to/chromium, MINIGAN="dotnet path/to/minigan.dll" to use others
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { check, close, counts, desktop, done, fits, named, open, phone, sees, shoot, soon } from "./launch.mjs";
import { classes, home, minigan, runs, train } from "./runs.mjs";

const address = (name, hash = "") => pathToFileURL(join(runs, name, "report.html")).href + hash;
// What a canvas shows: the red of each pixel.
const pixels = (page, selector = ".drawn") => page.evaluate(name => {
  const canvas = document.querySelector(name);
  return [...canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data].filter((_, i) => i % 4 === 0);
}, selector);
const rest = page => page.evaluate(() => new Promise(resolve => setTimeout(resolve, 900)));
const changes = async (page, body, what, selector) => {
  const before = `${await pixels(page, selector)}`;
  await body();
  await page.waitForFunction(([name, old]) => {
    const canvas = document.querySelector(name);
    return `${[...canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data].filter((_, i) => i % 4 === 0)}` !== old;
  }, [selector ?? ".drawn", before], { timeout: 5000 }).catch(() => assert.fail(`${what} changes nothing`));
};
const chunksOf = bytes => {
  const found = [];
  for (let at = 8; at < bytes.length; at += 12 + bytes.readUInt32BE(at)) found.push(bytes.toString("latin1", at + 4, at + 8));
  return found;
};
async function saved(page, name) {
  const [download] = await Promise.all([page.waitForEvent("download"), page.click(`button:text-is("${name}")`)]);
  return [download.suggestedFilename(), readFileSync(await download.path())];
}

await check("the page draws what generate draws", async () => {
  minigan("generate", "--checkpoint", join("runs", "finished", "checkpoint.safetensors"), "--count", `${classes}`, "--seed", "5", "--digit", "3", "--out", "three.idx3-ubyte");
  const page = await open(address("finished", "#seed=5&label=3"), { ...desktop, offline: true, colorScheme: "light" }, "file:");
  const expected = [...readFileSync(join(home, "three.idx3-ubyte")).subarray(16, 16 + 28 * 28)], drawn = await pixels(page);
  assert.equal(drawn.length, expected.length);
  assert.ok(Math.max(...drawn.map((value, i) => Math.abs(value - expected[i]))) <= 4, "within what 16-bit weights allow");
  assert.ok(Math.max(...expected) > 100);
  await close(page);
});

await check("every control of the playground", async () => {
  const page = await open(address("finished"), { ...desktop, offline: true, colorScheme: "light" }, "file:");
  await rest(page);
  await counts(page, ".classes .small", classes);
  await soon(async () => assert.match(await page.evaluate(() => location.hash), /^#seed=1&label=0$/));
  await changes(page, () => page.check(`[aria-label=Digit] input[value='${classes - 1}']`, { force: true }), "the digit");
  await soon(async () => assert.deepEqual(await pixels(page), await pixels(page, `.classes label:last-child .small`), "its own small picture shows the same"));
  await changes(page, () => page.fill("[aria-label=Seed]", "7").then(() => page.keyboard.press("Tab")), "the seed");
  await changes(page, () => page.click("[aria-label='Another seed']"), "another seed");
  await changes(page, () => page.click("[aria-label='Another seed']"), "another seed", ".classes .small");
  for (let i = 1; i <= 6; i++) await changes(page, () => page.fill(`[aria-label='Direction ${i}']`, "3"), `direction ${i}`);
  await changes(page, () => page.click('button:text-is("Centre")'), "Centre");
  assert.equal(await page.inputValue("[aria-label='Direction 1']"), "0");
  const box = await page.locator(".drawn").boundingBox();
  await page.mouse.move(box.x + 100, box.y + 100);
  await page.mouse.down();
  await changes(page, () => page.mouse.move(box.x + 100 + box.width / 4, box.y + 100 - box.height / 8, { steps: 3 }), "dragging");
  await page.mouse.up();
  assert.deepEqual([await page.inputValue("[aria-label='Direction 1']"), await page.inputValue("[aria-label='Direction 2']")], ["2", "1"]);
  // The map: dragged, moved by keys; beside it the pictures at the ends of the sliders.
  await rest(page);
  const field = page.locator(".plane"), map = () => field.evaluate(node => node.getContext("2d").getImageData(0, 0, node.width, node.height).data.join());
  await page.waitForFunction(() => { const node = document.querySelector(".plane"), { data } = node.getContext("2d").getImageData(0, 0, 28, 28); return data[3] === 255; });
  const wholeMap = await map(), place = await field.boundingBox();
  await changes(page, () => page.mouse.click(place.x + place.width * 0.75, place.y + place.height * 0.75), "a click on the map");
  assert.deepEqual([await page.inputValue("[aria-label='Direction 1']"), await page.inputValue("[aria-label='Direction 2']")], ["2", "-2"]);
  await field.focus();
  await changes(page, () => page.keyboard.press("ArrowUp"), "an arrow key");
  assert.equal(await page.inputValue("[aria-label='Direction 2']"), "-1.8");
  await changes(page, () => page.keyboard.press("Home"), "Home");
  assert.deepEqual([await page.inputValue("[aria-label='Direction 1']"), await page.inputValue("[aria-label='Direction 2']")], ["0", "0"]);
  await soon(async () => assert.ok(await map() === wholeMap, "the map is of the whole plane, wherever the mark is"));
  await changes(page, () => page.click("[aria-label='Direction 3, right end']"), "the end of a slider");
  assert.equal(await page.inputValue("[aria-label='Direction 3']"), "4");
  await soon(async () => assert.ok(`${await pixels(page)}` === `${await pixels(page, ".direction:nth-child(3) button:last-child canvas")}`, "its picture is that of its end"));
  await soon(async () => assert.ok(await map() !== wholeMap, "the map follows the other directions"));
  await changes(page, () => page.click('button:text-is("Surprise me")'), "Surprise me");
  await rest(page);

  // What the address says, another page shows.
  const seen = await pixels(page), other = await open(page.url(), { ...desktop, offline: true, colorScheme: "dark" }, "file:");
  await soon(async () => assert.deepEqual(await pixels(other), seen));
  await shoot(other, "explore-dark", false);
  await close(other);

  await changes(page, () => page.click('button:text-is("Walk")'), "Walk");
  await page.click('button:text-is("Stop")');
  await soon(async () => assert.deepEqual(await pixels(page), seen, "after the walk it is where it was"));
  const [pictureName, picture] = await saved(page, "Save picture"), [walkName, walk] = await saved(page, "Save walk");
  assert.match(`${pictureName} ${walkName}`, /^finished-\d+\.png finished-walk-\d+\.apng$/);
  assert.deepEqual([picture.readUInt32BE(16), picture.readUInt32BE(20), walk.readUInt32BE(16)], [280, 280, 280]);
  assert.equal(chunksOf(walk).filter(type => type === "fcTL").length, 12 * classes);
  await named(page);
  await fits(page, "the report");
  await shoot(page, "explore-light");
  await close(page);
});

await check("networks without labels: no digits, a walk from seed to seed", async () => {
  train("unlabelled", "--preset", "residual", "--size", "32", "--width", "4", "--steps", "3");
  const page = await open(address("unlabelled"), { ...desktop, offline: true, colorScheme: "light" }, "file:");
  await counts(page, ".classes", 0);
  await changes(page, () => page.fill("[aria-label='Direction 1']", "4"), "a direction");
  await changes(page, () => page.click('button:text-is("Walk")'), "Walk");
  await page.click('button:text-is("Stop")');
  const [, walk] = await saved(page, "Save walk");
  assert.equal(chunksOf(walk).filter(type => type === "fcTL").length, 72);
  await named(page);
  await close(page);
});

await check("without the generator there is no playground; why, if it is too large", async () => {
  minigan("report", "finished", "--no-generator", "--out", "plain.html");
  const plain = await open(pathToFileURL(join(home, "plain.html")).href, { ...desktop, offline: true }, "file:");
  await counts(plain, ".explore", 0);
  await close(plain);
  train("large", "--preset", "dcgan", "--width", "160", "--steps", "1");
  const large = await open(address("large"), { ...desktop, offline: true }, "file:");
  await sees(large, ".explore", /There is none in this page. The generator has [\d.]+ million weights/);
  await close(large);
});

await check("on a phone the playground fits", async () => {
  const page = await open(address("finished"), { ...phone, offline: true, colorScheme: "light" }, "file:");
  await rest(page);
  await fits(page, "the report");
  await shoot(page, "explore-phone");
  await close(page);
});

await done();
