import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { sourceKey } from "./source-key.ts";

/** `node apps/web/build/is-current.ts`: ends with 0 where the newest build is of these very sources, else with 1. Needs nothing installed. */
const folder = dirname(import.meta.dirname);
const list = join(folder, "dist/builds.json");
const [newest] = existsSync(list) ? (JSON.parse(readFileSync(list, "utf8")) as string[]) : [];
process.exitCode = newest === sourceKey(join(folder, "../..")) && existsSync(join(folder, "dist", newest, "manifest.json")) ? 0 : 1;
