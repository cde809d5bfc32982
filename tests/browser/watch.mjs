// Drives the page of `minigan watch` in Chromium; touches every control and asserts what then is seen. How to run it: CONTRIBUTING.md.
//   node watch.mjs [folder for screenshots]       CHROMIUM=/path/to/chromium, MINIGAN="dotnet path/to/minigan.dll" to use others
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { appendFileSync, copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { check, close, counts, desktop, done, first, fits, named, open, phone, program, sees, shoot } from "./launch.mjs";
import { classes, columns, configurationOf, going, home, line, runs, STEPS, steps, train } from "./runs.mjs";

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
    await sees(page, "h1", "going");
    assert.equal(await steps(page), "step 100");
    appendFileSync(going, "5,0.5,0.5,0.5,0.5,0.5".split(",").slice(0, columns).join(",").replace(/^5,0.5/, "5") + "\n" + line(102, 0.5) + line(103, 0.5));
    copyFileSync(join(runs, "going", "samples", "step-000100.png"), join(runs, "going", "samples", "step-000103.png"));
    await page.waitForFunction(() => document.querySelector(".player .count").textContent === "step 103");
    await sees(page, "#summary", /step 103 of 1,000/);
    await sees(page, ".runs", new RegExp(`going[^]*103 of 1,000[^]*finished[^]*${STEPS} of ${STEPS}`));
    await page.click("[aria-label=Earlier]");
    const chosen = await steps(page);
    appendFileSync(going, line(104, 0.5));
    await page.waitForFunction(() => document.querySelector("#summary").textContent.includes("step 104"));
    assert.equal(await steps(page), chosen, "what the user looks at stays");
    assert.equal(await page.locator(".curves .beyond title").filter({ hasText: "8,000" }).count(), 0);
    appendFileSync(going, line(105, 8000) + line(106, 0.5));
    await page.waitForFunction(() => [...document.querySelectorAll(".curves .beyond title")].some(title => title.textContent.includes("8,000")));
    await named(page);
    await fits(page, "watch");
    await close(page);
  });

  await check("the playground: the generator runs in the page, and follows its checkpoint", async () => {
    const page = await open(`${url}#run=finished`, { ...desktop, colorScheme: "light" }, url), asked = [];
    page.on("request", request => asked.push(new URL(request.url()).pathname));
    await page.waitForSelector(".drawn");
    const drawn = () => page.evaluate(() => { const canvas = document.querySelector(".drawn"); return canvas.getContext("2d").getImageData(0, 0, 28, 28).data.join(); });
    const changes = async (body, what) => {
      const before = await drawn();
      await body();
      for (let i = 0; i < 160 && await drawn() === before; i++) await page.waitForTimeout(50);
      assert.ok(await drawn() !== before, `${what} changes nothing`);
    };
    await changes(() => page.fill("[aria-label='Direction 2']", "3"), "a direction");
    await changes(() => page.check(`[aria-label=Digit] input[value='${classes - 1}']`, { force: true }), "the digit");
    const address = page.url();
    assert.match(address, /#run=finished&seed=1&label=9&offsets=0;3$/);
    await changes(() => page.uncheck(".choices .check input"), "the moving average");
    await sees(page, ".explore", /runs in this page \(after step 280\)/);
    await changes(() => page.check(".choices .check input"), "the moving average");
    const kept = (await page.locator("[aria-label=Checkpoint] option").allInnerTexts()).at(-1);
    await page.selectOption("[aria-label=Checkpoint]", { label: kept });
    await page.waitForFunction(name => document.querySelector(".explore").innerText.includes(`after ${name})`), kept);
    await page.selectOption("[aria-label=Checkpoint]", "checkpoint");
    await page.waitForFunction(() => document.querySelector(".explore").innerText.includes("after step 280)"));
    // Another checkpoint takes the place of the newest: the page draws with it, and what the user has set stays.
    const file = join(runs, "finished", "checkpoint.safetensors"), newest = readFileSync(file), step = kept.replace("step ", "").padStart(6, "0");
    await changes(() => copyFileSync(join(runs, "finished", "checkpoints", `step-${step}.safetensors`), file), "a newer checkpoint");
    assert.equal(await page.inputValue("[aria-label='Direction 2']"), "3");
    assert.equal(page.url(), address);
    await changes(() => writeFileSync(file, newest), "the checkpoint before it");
    assert.ok(asked.every(path => path !== "/api/draw"), "nothing is drawn by the server");
    assert.ok(asked.filter(path => path === "/api/generator").length <= 8, "the weights are asked for only when they change");
    await named(page);
    await fits(page, "watch");
    await shoot(page, "watch-light");
    await close(page);
  });

  await check("the playground of a generator that is too large for the page: the server draws", async () => {
    train("large", "--preset", "conditional", "--width", "160", "--steps", "1");
    const page = await open(`${url}#run=large`, { ...desktop, colorScheme: "light" }, url);
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
    await page.waitForSelector(".one");
    assert.ok(await page.evaluate(() => [...document.querySelectorAll(".playground img")].every(image => image.complete && image.naturalWidth > 0)), "nothing looks broken while it is drawn");
    await page.waitForSelector(".one:not(.waiting)");
    await sees(page, ".playground", /The server draws these[^]*million weights/);
    await changes(() => page.fill("[aria-label='Place on the way']", "0.6"), "the place on the way");
    await changes(() => page.fill("[aria-label='First seed']", "7").then(() => page.keyboard.press("Tab")), "a seed");
    await changes(() => page.click("[aria-label='Another second seed']"), "another seed");
    await changes(() => page.check(`[aria-label=Digit] input[value='${classes - 1}']`, { force: true }), "the digit");
    for (let i = 1; i <= 8; i++) await changes(() => page.fill(`[aria-label='Direction ${i}']`, "3"), `direction ${i}`);
    await changes(() => page.click('button:text-is("Centre")'), "Centre");
    assert.equal(await page.inputValue("[aria-label='Direction 1']"), "0");
    await changes(() => page.click('button:text-is("Surprise me")'), "Surprise me");
    await page.uncheck(".choices .check input");
    await page.check(".choices .check input");
    await page.selectOption("[aria-label=Checkpoint]", "checkpoint");
    await page.click(".way", { position: { x: 5, y: 10 } });
    assert.equal(await page.inputValue("[aria-label='Place on the way']"), "0");
    await changes(() => page.click('button:text-is("Walk")'), "Walk");
    await page.click('button:text-is("Stop")');
    for (const [name, sides] of [["Save picture", [280, 280]], ["Save the way", [(11 * 30 + 2) * 4, 32 * 4]], ["Save all digits", [(classes * 30 + 2) * 4, 32 * 4]]]) {
      const [download] = await Promise.all([page.waitForEvent("download"), page.click(`button:text-is("${name}")`)]);
      const png = readFileSync(await download.path());
      assert.match(download.suggestedFilename(), /^large-(one|way|every)-7-\d+\.png$/);
      assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], sides);
    }
    await named(page);
    await shoot(page, "watch-drawn");
    await close(page);
  });

  await check("runs side by side", async () => {
    const page = await open(url, { ...desktop, colorScheme: "dark" }, url);
    await page.check("[aria-label='Compare going']");
    await page.check("[aria-label='Compare finished']");
    await page.waitForSelector(".compare .line");
    await sees(page, "h1", "2 runs");
    await counts(page, ".compare .line", 2);
    await counts(page, ".grids img", 2);
    await sees(page, ".differences", /seed\s+2\s+1|seed\s+1\s+2/);
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
    for (const [i, distance] of [[3, 50], [4, 7], [5, 20]]) {
      writeFileSync(join(runs, `copy-${i}`, "evaluation.csv"), `step,frechet_distance,precision\n100,${distance},0.5\n`);
      writeFileSync(join(runs, `copy-${i}`, "config.json"), JSON.stringify({ ...configurationOf("going"), tags: ["sweep", `lr ${i}`, 7, null], notes: `try number ${i}`, machine: { processor: `core ${i}` } }));
    }
    const page = await open(url, { ...desktop, colorScheme: "light" }, url), names = () => page.locator(".runs li b").allInnerTexts();
    await page.waitForFunction(() => document.querySelectorAll(".runs li").length === 34);
    await page.selectOption("[aria-label='Sort by']", "frechet_distance");
    assert.deepEqual((await names()).slice(0, 4), ["copy-4", "copy-5", "copy-3", "finished"]);
    await sees(page, ".runs li", /copy-4[^]*try number 4[^]*Fréchet distance 7/);
    await page.click(".runs li [aria-label='Filter by sweep']");
    assert.deepEqual(await names(), ["copy-4", "copy-5", "copy-3"]);
    for (const name of ["copy-3", "copy-5"]) await page.check(`[aria-label='Compare ${name}']`);
    await page.waitForSelector(".differences tbody tr");
    assert.deepEqual((await page.locator(".differences tbody tr").allInnerTexts()).map(row => row.replace(/\s+/g, " ")), [
      "processor core 3 core 5", "tags sweep, lr 3, 7 sweep, lr 5, 7", "notes try number 3 try number 5",
    ]);
    await page.evaluate(() => { location.hash = "#run=copy-3"; });
    await page.waitForFunction(() => document.querySelector(".remarks")?.textContent === "sweeplr 37try number 3");
    await fits(page, "watch");
    await shoot(page, "watch-list", false);
    await page.selectOption("[aria-label='Sort by']", "newest");
    await page.fill("[aria-label='Filter the runs']", "copy-1 stopped");
    await counts(page, ".runs li", 11);
    await page.fill("[aria-label='Filter the runs']", "onerror");
    await page.click(".runs li a");
    await page.waitForFunction(name => document.querySelector("h1").textContent === name, hostile);
    await page.waitForSelector(".drawn");
    await page.fill("[aria-label='Filter the runs']", "");
    await page.evaluate(() => { location.hash = "#run=nowhere"; });
    await page.waitForFunction(() => document.querySelector(".error[role=alert]:not([hidden])")?.textContent.includes("no run nowhere"));
    page.problems = page.problems.filter(problem => !problem.includes("404"));
    await close(page);
  });

  await check("a run that cannot be read says so, and the others are there", async () => {
    for (const name of ["no-configuration", "no-losses", "hostile"]) cpSync(join(runs, "going"), join(runs, name), { recursive: true });
    writeFileSync(join(runs, "no-configuration", "config.json"), '{"gan": {"a": 1, "a": 2}}');
    rmSync(join(runs, "no-losses", "losses.csv"));
    mkdirSync(join(runs, "no-losses", "losses.csv"));
    writeFileSync(join(runs, "hostile", "config.json"), JSON.stringify({ ...configurationOf("going"), networks: undefined, gan: { ...configurationOf("going").gan, width: 1024, latentSize: 512, classes: 100000000 } }));
    const page = await open(`${url}#run=no-configuration`, { ...desktop, colorScheme: "dark" }, url);
    await page.waitForFunction(() => document.querySelector(".problems")?.textContent.includes("config.json"));
    await sees(page, ".state", "damaged");
    await page.waitForSelector(".curves .line");
    await page.waitForSelector(".grid:not([hidden])");
    await page.waitForFunction(() => /no-configuration[\s\S]*config\.json/.test(document.querySelector(".runs").textContent)); // the list is a little older
    await shoot(page, "watch-damaged");
    await page.evaluate(() => { location.hash = "#run=no-losses"; });
    await page.waitForFunction(() => document.querySelector(".problems")?.textContent.includes("losses.csv"));
    await page.evaluate(() => { location.hash = "#run=hostile"; });
    await page.waitForFunction(() => document.querySelector(".networks")?.textContent.includes("cannot be shown"));
    assert.ok(await page.locator("[aria-label=Digit] input").count() <= 256);
    await page.evaluate(() => { location.hash = "#run=finished"; });
    await page.waitForSelector(".drawn");
    await counts(page, ".problems > *", 0);
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
      if (name === "watch-phone") await page.waitForSelector(".drawn");
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
}
await done();
