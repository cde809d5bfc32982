// Runs to look at, for the tests of the report and of `watch`.
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { home, minigan, runs, train } from "./home.mjs";
import { text } from "./launch.mjs";

export { home, minigan, runs, train };
export const configurationOf = name => JSON.parse(readFileSync(join(runs, name, "config.json"), "utf8"));

// A run to look at, with figures of evaluate, and its page.
export const STEPS = 280, EVERY = 10;
train("finished", "--steps", `${STEPS}`, "--width", "16");
writeFileSync(join(runs, "finished", "evaluation.csv"), "step,frechet_distance,classifier_score,confident_share,precision,recall,real_frechet_distance\n93,210.5,3.1,0.31,0.2,0.4,1.38\n186,120.25,5.2,0.48,0.41,0.5,1.38\n" + `${STEPS},80.125,6.4,0.55,0.52,0.55,1.38\n`);
export const seconds = Array.from({ length: STEPS / EVERY }, (_, i) => (i + 1) * 1.1 + (i % 3) / 10);
writeFileSync(join(runs, "finished", "speed.csv"), `step,seconds\n${seconds.map((value, i) => `${EVERY * (i + 1)},${value}\n`).join("")}`);
minigan("report", "finished");
export const finished = configurationOf("finished"), { classes } = finished.gan;
export const speeds = seconds.slice(1).map((value, i) => EVERY * finished.gan.batchSize / (value - seconds[i])).sort((a, b) => a - b);
export const summary = `conditional, width 16, on ${finished.data} · step ${STEPS} of ${STEPS} · ${Math.round(seconds.at(-1))} s at ${Math.round(speeds[speeds.length >> 1])} images/s`;
// One that goes on, as seen from outside: fewer steps than it is to have, and a last line that is half-written.
train("going", "--preset", "dcgan", "--steps", "100", "--width", "8", "--seed", "2");
writeFileSync(join(runs, "going", "config.json"), JSON.stringify({ ...configurationOf("going"), steps: 1000 }));
export const going = join(runs, "going", "losses.csv");
appendFileSync(going, "101,0.5,0.");
minigan("report", "going");
export const columns = readFileSync(going, "utf8").split("\n")[0].split(",").length - 1;
export const line = (step, value) => `${step}${`,${value}`.repeat(columns)}\n`;

export const steps = page => text(page, ".player .count");
export const low = page => page.locator(".curves .plot").first().locator(".tick[text-anchor=middle]").first().textContent();
export const idle = page => page.evaluate(() => document.activeElement.blur());
