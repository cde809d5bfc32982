// Drives the report of a run, and the page of `minigan watch`, in Chromium; touches every control and asserts what then is seen: what the files say that it made. How to run it: CONTRIBUTING.md.
//   node report.mjs [folder for screenshots]       CHROMIUM=/path/to/chromium, MINIGAN="dotnet path/to/minigan.dll" to use others
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { appendFileSync, copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { check, close, desktop, done, first, fits, named, open, phone, program, shoot, text } from "./launch.mjs";

const home = mkdtempSync(join(tmpdir(), "minigan-runs-")), runs = join(home, "runs");
const minigan = (...words) => execFileSync(program, [...first, ...words], { cwd: home, stdio: ["ignore", "ignore", "inherit"] });
const train = (name, ...words) => minigan("train", "--data", "mnist", "--out", join("runs", name), ...words);

const configurationOf = name => JSON.parse(readFileSync(join(runs, name, "config.json"), "utf8"));

// A run to look at, with figures of evaluate, and its page.
const STEPS = 280, EVERY = 10;
train("finished", "--steps", `${STEPS}`, "--width", "16");
writeFileSync(join(runs, "finished", "evaluation.csv"), "step,frechet_distance,classifier_score,confident_share,precision,recall,real_frechet_distance\n93,210.5,3.1,0.31,0.2,0.4,1.38\n186,120.25,5.2,0.48,0.41,0.5,1.38\n" + `${STEPS},80.125,6.4,0.55,0.52,0.55,1.38\n`);
const seconds = Array.from({ length: STEPS / EVERY }, (_, i) => (i + 1) * 1.1 + (i % 3) / 10);
writeFileSync(join(runs, "finished", "speed.csv"), `step,seconds\n${seconds.map((value, i) => `${EVERY * (i + 1)},${value}\n`).join("")}`);
minigan("report", "finished");
const finished = configurationOf("finished"), { classes } = finished.gan;
const speeds = seconds.slice(1).map((value, i) => EVERY * finished.gan.batchSize / (value - seconds[i])).sort((a, b) => a - b);
const summary = `conditional, width 16, on ${finished.data} · step ${STEPS} of ${STEPS} · ${Math.round(seconds.at(-1))} s at ${Math.round(speeds[speeds.length >> 1])} images/s`;
// One that goes on, as seen from outside: fewer steps than it is to have, and a last line that is half-written.
train("going", "--preset", "dcgan", "--steps", "100", "--width", "8", "--seed", "2");
writeFileSync(join(runs, "going", "config.json"), JSON.stringify({ ...configurationOf("going"), steps: 1000 }));
const going = join(runs, "going", "losses.csv");
appendFileSync(going, "101,0.5,0.");
minigan("report", "going");
const columns = readFileSync(going, "utf8").split("\n")[0].split(",").length - 1;
const line = (step, value) => `${step}${`,${value}`.repeat(columns)}\n`;

const steps = page => text(page, ".player .count");
const low = page => page.locator(".curves .plot").first().locator(".tick[text-anchor=middle]").first().textContent();
const idle = page => page.evaluate(() => document.activeElement.blur());

await check("a finished run: what it tells, samples, charts", async () => {
  const page = await open(pathToFileURL(join(runs, "finished", "report.html")).href, { ...desktop, offline: true, colorScheme: "light" }, "file:");
  assert.equal(await text(page, "h1"), "finished");
  assert.equal((await text(page, "#summary")).replace(/\s+/g, " "), `finished ${summary}`);
  assert.match(await text(page, ".networks"), /ConvTranspose2D/);
  assert.match(await text(page, ".evaluation table"), /80\.13[\s\S]*52 %[\s\S]*210\.5/);
  const told = (await text(page, ".configuration")).replace(/\s+/g, " ");
  for (const [words, value] of [["learning rate", finished.gan.learningRate], ["batch size", finished.gan.batchSize], ["seed", finished.gan.seed], ["images", finished.images]]) assert.ok(told.includes(`${words} ${value}`), words);
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
  await shoot(page, "report-light");

  // Charts: cursor, drag, buttons, keys, double click, smoothing.
  const charts = page.locator(".curves .chart"), box = await charts.first().boundingBox();
  const middle = box.y + box.height / 2, at = part => box.x + 46 + part * (box.width - 56);
  await page.mouse.move(at(0.5), middle);
  assert.equal(await page.locator(".curves .cursor").count(), 2);
  assert.equal(await low(page), "0");
  await page.mouse.move(at(0.25), middle);
  await page.mouse.down();
  await page.mouse.move(at(0.75), middle, { steps: 5 });
  assert.equal(await page.locator(".selection").count(), 1);
  await shoot(page, "report-selecting", false);
  await page.mouse.up();
  assert.ok(parseInt(await low(page)) >= 60);
  await page.dblclick(".curves .chart");
  assert.equal(await low(page), "0");
  await page.mouse.click(at(0.1), middle);
  assert.equal(await steps(page), "step 0", "a click shows the samples of that step");
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
  assert.equal(await page.locator(".curves .cursor").count(), 2);
  await page.keyboard.press("-");
  await page.keyboard.press("0");
  assert.equal(await low(page), "0");
  const curve = () => page.getAttribute(".curves .line >> nth=0", "d"), before = await curve();
  await page.fill("[aria-label=Smoothing]", "1");
  const smooth = await curve();
  assert.notEqual(smooth, before);
  await page.fill("[aria-label=Smoothing]", "0");
  assert.notEqual(await curve(), smooth);
  assert.equal(await page.locator(".curves .raw").count(), 0);
  await close(page);
});

await check("a run that goes on, dark; light and dark by the button", async () => {
  const page = await open(pathToFileURL(join(runs, "going", "report.html")).href, { ...desktop, offline: true, colorScheme: "dark" }, "file:");
  assert.match(await text(page, "#summary"), /stopped\s+.*step 100 of 1,000/);
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

// ---- watch

const server = spawn(program, [...first, "watch", "going", "--port", "0"], { cwd: home, stdio: ["ignore", "pipe", "inherit"] });
const said = await new Promise((resolve, reject) => {
  createInterface({ input: server.stdout }).once("line", resolve);
  server.once("exit", code => reject(new Error(`watch ended with ${code}`)));
});
const url = said.match(/http:\S+/)[0];

try {
  await check("a run while it goes on: what is written is seen", async () => {
    const page = await open(url, { ...desktop, colorScheme: "light" }, url);
    await page.waitForSelector(".curves .line");
    assert.equal(await text(page, "h1"), "going");
    assert.equal(await steps(page), "step 100");
    appendFileSync(going, "5,0.5,0.5,0.5,0.5,0.5".split(",").slice(0, columns).join(",").replace(/^5,0.5/, "5") + "\n" + line(102, 0.5) + line(103, 0.5));
    copyFileSync(join(runs, "going", "samples", "step-000100.png"), join(runs, "going", "samples", "step-000103.png"));
    await page.waitForFunction(() => document.querySelector(".player .count").textContent === "step 103");
    assert.match(await text(page, "#summary"), /step 103 of 1,000/);
    assert.match(await text(page, ".runs"), new RegExp(`going[^]*103 of 1,000[^]*finished[^]*${STEPS} of ${STEPS}`));
    await page.click("[aria-label=Earlier]");
    const chosen = await steps(page);
    appendFileSync(going, line(104, 0.5));
    await page.waitForFunction(() => document.querySelector("#summary").textContent.includes("step 104"));
    assert.equal(await steps(page), chosen, "what the user looks at stays");
    await named(page);
    await fits(page, "watch");
    await close(page);
  });

  await check("the playground", async () => {
    const page = await open(`${url}#run=finished`, { ...desktop, colorScheme: "light" }, url);
    const drawn = async () => {
      await page.waitForTimeout(300);
      await page.waitForFunction(() => [...document.querySelectorAll(".one, .way")].every(image => image.complete && image.naturalWidth > 0));
      return page.evaluate(async () => {
        const image = document.querySelector(".one"), canvas = Object.assign(document.createElement("canvas"), { width: 28, height: 28 });
        canvas.getContext("2d").drawImage(image, 0, 0);
        return [...canvas.getContext("2d").getImageData(0, 0, 28, 28).data].join();
      });
    };
    const changes = async (body, what) => {
      const before = await drawn();
      await body();
      for (let i = 0; i < 40; i++) if (await drawn() !== before) return;
      assert.fail(`${what} changes nothing`);
    };
    await page.waitForSelector(".one:not(.waiting)");
    await changes(() => page.fill("[aria-label='Place on the way']", "0.6"), "the place on the way");
    await changes(() => page.fill("[aria-label='First seed']", "7").then(() => page.keyboard.press("Tab")), "a seed");
    await changes(() => page.click("[aria-label='Another second seed']"), "another seed");
    await changes(() => page.check(`[aria-label=Digit] input[value='${classes - 1}']`, { force: true }), "the digit");
    for (let i = 1; i <= 8; i++) await changes(() => page.fill(`[aria-label='Direction ${i}']`, "3"), `direction ${i}`);
    await changes(() => page.click('button:text-is("Centre")'), "Centre");
    assert.equal(await page.inputValue("[aria-label='Direction 1']"), "0");
    await changes(() => page.click('button:text-is("Surprise me")'), "Surprise me");
    await changes(() => page.uncheck("text=moving average"), "the moving average");
    await page.selectOption("[aria-label=Checkpoint]", "checkpoint");
    await page.click(".way", { position: { x: 5, y: 10 } });
    assert.equal(await page.inputValue("[aria-label='Place on the way']"), "0");
    await changes(() => page.click('button:text-is("Walk")'), "Walk");
    await page.click('button:text-is("Stop")');
    for (const [name, sides] of [["Save picture", [280, 280]], ["Save the way", [(11 * 30 + 2) * 4, 32 * 4]], ["Save all digits", [(classes * 30 + 2) * 4, 32 * 4]]]) {
      const [download] = await Promise.all([page.waitForEvent("download"), page.click(`button:text-is("${name}")`)]);
      const png = readFileSync(await download.path());
      assert.match(download.suggestedFilename(), /^finished-(one|way|every)-7-\d+\.png$/);
      assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], sides);
    }
    await named(page);
    await shoot(page, "watch-light");
    await close(page);
  });

  await check("runs side by side", async () => {
    const page = await open(url, { ...desktop, colorScheme: "dark" }, url);
    await page.check("[aria-label='Compare going']");
    await page.check("[aria-label='Compare finished']");
    await page.waitForSelector(".compare .line");
    assert.equal(await text(page, "h1"), "2 runs");
    assert.equal(await page.locator(".compare .line").count(), 2);
    assert.equal(await page.locator(".grids img").count(), 2);
    assert.match(await text(page, ".differences"), /seed\s+2\s+1|seed\s+1\s+2/);
    for (const curve of await page.locator("[aria-label=Curve] option").evaluateAll(options => options.map(option => option.value))) await page.selectOption("[aria-label=Curve]", curve);
    await page.selectOption("[aria-label=Curve]", "discriminator_loss");
    await page.fill(".time", "0");
    assert.deepEqual(await page.locator(".grids output").allInnerTexts(), ["step 0", "step 0"]);
    await page.click("[aria-label=Later]");
    await page.click(".player .primary");
    await page.waitForFunction(last => document.querySelector(".player .count").textContent === last, `step ${STEPS}`);
    await shoot(page, "compare-dark");
    await named(page);
    await page.goBack();
    await page.waitForFunction(() => document.querySelector("h1").textContent === "going");
    await close(page);
  });

  await check("many runs: the list is filtered; a hostile name is text; none is no failure", async () => {
    for (let i = 0; i < 30; i++) cpSync(join(runs, "going"), join(runs, `copy-${i}`), { recursive: true });
    const hostile = "<img src=x onerror=alert(1)> %2e&'";
    cpSync(join(runs, "going"), join(runs, hostile), { recursive: true });
    const page = await open(url, { ...desktop, colorScheme: "light" }, url);
    await page.waitForFunction(() => document.querySelectorAll(".runs li").length === 33);
    await page.fill("[aria-label='Filter the runs']", "copy-1 stopped");
    assert.equal(await page.locator(".runs li").count(), 11);
    await page.fill("[aria-label='Filter the runs']", "onerror");
    await page.click(".runs li a");
    await page.waitForFunction(name => document.querySelector("h1").textContent === name, hostile);
    await page.waitForSelector(".one:not(.waiting)");
    await page.fill("[aria-label='Filter the runs']", "");
    await page.evaluate(() => { location.hash = "#run=nowhere"; });
    await page.waitForFunction(() => document.querySelector(".error[role=alert]:not([hidden])")?.textContent.includes("no run nowhere"));
    page.problems = page.problems.filter(problem => !problem.includes("404"));
    await close(page);
  });

  await check("a run that cannot be read says so, and the others are there", async () => {
    for (const name of ["no-configuration", "no-losses", "large"]) cpSync(join(runs, "going"), join(runs, name), { recursive: true });
    writeFileSync(join(runs, "no-configuration", "config.json"), '{"gan": {"a": 1, "a": 2}}');
    rmSync(join(runs, "no-losses", "losses.csv"));
    mkdirSync(join(runs, "no-losses", "losses.csv"));
    writeFileSync(join(runs, "large", "config.json"), JSON.stringify({ ...configurationOf("going"), networks: undefined, gan: { ...configurationOf("going").gan, width: 1024, latentSize: 512, classes: 100000000 } }));
    const page = await open(`${url}#run=no-configuration`, { ...desktop, colorScheme: "dark" }, url);
    await page.waitForFunction(() => document.querySelector(".problems")?.textContent.includes("config.json"));
    assert.equal(await text(page, ".state"), "damaged");
    await page.waitForSelector(".curves .line");
    await page.waitForSelector(".grid:not([hidden])");
    assert.match(await text(page, ".runs"), /no-configuration[\s\S]*config\.json/);
    await shoot(page, "watch-damaged");
    await page.evaluate(() => { location.hash = "#run=no-losses"; });
    await page.waitForFunction(() => document.querySelector(".problems")?.textContent.includes("losses.csv"));
    await page.evaluate(() => { location.hash = "#run=large"; });
    await page.waitForFunction(() => document.querySelector(".networks")?.textContent.includes("cannot be shown"));
    assert.ok(await page.locator("[aria-label=Digit] input").count() <= 256);
    await page.evaluate(() => { location.hash = "#run=finished"; });
    await page.waitForSelector(".one:not(.waiting)");
    assert.equal(await page.locator(".problems > *").count(), 0);
    await fits(page, "watch");
    page.problems = page.problems.filter(problem => !problem.includes("400")); // what the large one's checkpoint cannot draw
    await close(page);
  });

  await check("after a fast step the line of the speed stays inside its plot", async () => {
    const page = await open(`${url}#run=finished`, { ...desktop, colorScheme: "light" }, url);
    await page.waitForSelector(".speed .line");
    const rows = Array.from({ length: 160 }, (_, i) => [i + 1, i < 159 ? i + 1 : 159.2]); // as a checkpoint writes one soon after the last
    writeFileSync(join(runs, "finished", "speed.csv"), `step,seconds\n${rows.map(row => `${row}\n`).join("")}`);
    await page.waitForFunction(() => document.querySelectorAll(".speed .dot").length === 0); // too many points for dots now
    for (const smoothing of ["0", "0.35"]) {
      await page.fill("[aria-label=Smoothing]", smoothing);
      const outside = await page.evaluate(() => [...document.querySelectorAll(".speed :is(.line, .raw)")].filter(line => {
        const { x, y, width, height } = line.getBBox(), plot = line.ownerSVGElement.viewBox.baseVal;
        return x < 46 || y < 10 || x + width > plot.width - 10 + 0.1 || y + height > plot.height - 24 + 0.1;
      }).length);
      assert.equal(outside, 0);
    }
    await close(page);
  });

  await check("on a phone watch fits", async () => {
    for (const [name, hash] of [["watch-phone", "#run=finished"], ["compare-phone", "#compare=finished&compare=going"]]) {
      const page = await open(url + hash, { ...phone, colorScheme: "light" }, url);
      await page.waitForSelector(".chart .line");
      if (name === "watch-phone") await page.waitForSelector(".one:not(.waiting)");
      await fits(page, name);
      await shoot(page, name);
      await close(page);
    }
  });

  await check("when the server ends, the page says so", async () => {
    const page = await open(url, { ...desktop, colorScheme: "light" }, url);
    await page.waitForSelector(".curves .line");
    server.kill("SIGINT");
    await page.waitForFunction(() => document.querySelector(".error[role=alert]:not([hidden])")?.textContent.includes("does not answer"), null, { timeout: 20000 });
    await page.context().close();
  });
} finally {
  server.kill("SIGINT");
  rmSync(home, { recursive: true });
}
await done();
