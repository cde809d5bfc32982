// A folder that is gone after the tests, and the program in it.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { first, program } from "./launch.mjs";

export const home = mkdtempSync(join(tmpdir(), "minigan-runs-")), runs = join(home, "runs");
process.on("exit", () => rmSync(home, { recursive: true, force: true }));
export const minigan = (...words) => execFileSync(program, [...first, ...words], { cwd: home, stdio: ["ignore", "ignore", "inherit"] });
export const train = (name, ...words) => minigan("train", "--data", "mnist", "--out", join("runs", name), ...words);
