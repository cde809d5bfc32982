// What the tests of the page of `minigan explain` share: pages to open, and what stands on them.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { first, open as openPage, program, sees, shots } from "./launch.mjs";

export const minigan = (...options) => execFileSync(program, [...first, ...options], { stdio: ["ignore", "ignore", "inherit"] });

// Writes a page and says where it is.
export function explain(name, ...options) {
  const file = join(shots, `${name}.html`);
  minigan("explain", ...options, "--out", file);
  return pathToFileURL(file).href;
}

export const laptop = { viewport: { width: 1280, height: 800 } };
export const open = (url, context) => openPage(url, { offline: true, ...laptop, ...context }, "file:");
export const yValues = page => page.locator("#grids button.cell").allInnerTexts();
export const xValues = page => page.locator("#grids input[aria-label^='x']").evaluateAll(cells => cells.map(cell => cell.value));
export const agrees = async page => await sees(page, "#agreement", /^✓/);
export const direction = (page, name) => page.click(`.direction label:has([value=${name}])`);
export const act = (page, name) => page.locator("#lesson-acts button", { hasText: name }).click();
export const on = (page, selector) => page.locator(selector).isVisible();
// Waits for a step of the lesson: the browser tells of a new address a moment later.
export const at = (page, id) => page.waitForFunction(hash => document.querySelector("#lesson-steps [aria-current]")?.hash === hash, `#lesson=${id}`);

export const PAGES = {
  transpose: ["transpose", "--input", "2x2", "--kernel", "3x3"],
  conv: ["conv", "--input", "4x4", "--kernel", "3x3"],
  same: ["transpose", "--stride", "2", "--padding", "same", "--backward"],
  dilated: ["conv", "--input", "5x6", "--kernel", "2x3", "--dilation", "2", "--in-channels", "2", "--out-channels", "2", "--padding", "1,2,0,1", "--backward"],
  large: ["transpose", "--input", "8x8", "--kernel", "4", "--stride", "2", "--padding", "1"],
  random: ["transpose", "--seed", "7"],
};
export const pageOf = name => explain(name, ...PAGES[name]);
