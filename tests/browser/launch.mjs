// What the browser tests share: the program, a browser, pages whose every error is a failure, screenshots to look at.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

export const shots = resolve(process.argv[2] ?? mkdtempSync(join(tmpdir(), "minigan-shots-")));
mkdirSync(shots, { recursive: true });
const here = dirname(fileURLToPath(import.meta.url));
export const [program, ...first] = (process.env.MINIGAN ?? `dotnet ${join(here, "../../src/Cli/bin/Release/net10.0/minigan.dll")}`).split(" ");
// In a new, empty profile; without a sandbox, which root cannot have; and without anything that asks the network by itself.
export const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
export const desktop = { viewport: { width: 1280, height: 900 } };
export const phone = { viewport: { width: 360, height: 780 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true };
let checks = 0;

// A page that may speak only to addresses that begin so.
export async function open(url, context, mayAsk) {
  const page = await (await browser.newContext({ acceptDownloads: true, ...context })).newPage();
  page.problems = [];
  page.on("pageerror", error => page.problems.push(error.message));
  page.on("console", message => { if (message.type() === "error" || message.type() === "warning") page.problems.push(message.text()); });
  page.on("request", request => { if (!["data:", "blob:", mayAsk].some(start => request.url().startsWith(start))) page.problems.push(`asks for ${request.url()}`); });
  await page.goto(url);
  return page;
}

export async function close(page) {
  assert.deepEqual(page.problems, []);
  await page.context().close();
}

export async function check(name, body) {
  await body();
  checks++;
  console.log(`ok  ${name}`);
}

export const text = (page, selector) => page.locator(selector).first().innerText();

// A page shows what it is told a moment later: asserts again until it holds, for ten seconds at most.
export async function soon(body) {
  for (const end = Date.now() + 10000; ;) {
    try {
      return await body();
    } catch (error) {
      if (Date.now() > end) throw error;
    }
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

export const sees = (page, selector, expected, message) => soon(async () => {
  const seen = await text(page, selector);
  if (expected instanceof RegExp) assert.match(seen, expected, message);
  else assert.equal(seen, expected, message);
});

export const counts = (page, selector, expected, message) => soon(async () => assert.equal(await page.locator(selector).count(), expected, message));

export async function shoot(page, name, fullPage = true) {
  await page.waitForTimeout(500); // for what moves to come to rest
  await page.screenshot({ path: join(shots, `${name}.png`), fullPage });
}

export async function fits(page, name) {
  const [wide, room] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
  assert.ok(wide <= room, `${name}: the page is ${wide} pixels wide in a window of ${room}`);
}

// Every control has a name.
export async function named(page) {
  const bare = await page.evaluate(() => [...document.querySelectorAll("button, input, select, canvas, output, svg[tabindex], img")]
    .filter(node => !(node.getAttribute("aria-label") || node.getAttribute("alt") || node.labels?.length || node.innerText?.trim()) && node.checkVisibility())
    .map(node => node.outerHTML.slice(0, 80)));
  assert.deepEqual(bare, []);
}

export async function done() {
  await browser.close();
  writeFileSync(join(shots, "done.txt"), `${checks} checks\n`);
  console.log(`${checks} checks passed; screenshots in ${shots}`);
}
