import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { prelude } from "../src/prelude.ts";
import { releaseBuildLock, takeBuildLock } from "./build-lock.ts";
import { inherited } from "./env.ts";
import { finishBuild } from "./finish-build.ts";
import { insertPrelude } from "./insert-prelude.ts";
import { runNext } from "./run-next.ts";
import { sourceKey } from "./source-key.ts";
import { textScripts } from "./text-scripts.ts";

/**
 * `node apps/web/build/main.ts`: builds the dashboard to `dist/<key>` unless that is there, and notes it in `dist/builds.json`,
 * newest first. The one before stays: pages that are open still ask for its files.
 */
const folder = dirname(import.meta.dirname);
const dist = join(folder, "dist");
const list = join(dist, "builds.json");
const lock = join(dist, "build.lock");

const key = sourceKey(join(folder, "../.."));
const builds: string[] = existsSync(list) ? JSON.parse(readFileSync(list, "utf8")) : [];
if (builds[0] === key && existsSync(join(dist, key, "manifest.json"))) process.exit(0);
if (!takeBuildLock(lock)) {
  console.log("The dashboard is being built by another process.");
  process.exit(0);
}
try {
  const started = Date.now();
  console.log("Building the dashboard (once, about half a minute)…");
  await runNext(folder, inherited);
  const exported = join(folder, "out");
  const page = join(exported, "index.html");
  const read = (file: string): unknown => JSON.parse(readFileSync(join(folder, file), "utf8"));
  // What `i18n/messages.ts` loads of each language.
  const scripts = textScripts(exported, {
    en: [read("messages/en.json")],
    zh: [read("messages/zh.json"), read("../../packages/core/sentences/zh.json")],
  });
  writeFileSync(page, insertPrelude(readFileSync(page, "utf8"), prelude(scripts)));
  const temporary = join(dist, `${key}.${process.pid}`);
  mkdirSync(temporary, { recursive: true });
  finishBuild(exported, temporary);
  rmSync(join(dist, key), { recursive: true, force: true });
  renameSync(temporary, join(dist, key));
  const kept = [key, ...builds.filter((build) => build !== key)];
  writeFileSync(`${list}.${process.pid}`, JSON.stringify(kept.slice(0, 2)));
  renameSync(`${list}.${process.pid}`, list);
  for (const old of kept.slice(2)) rmSync(join(dist, old), { recursive: true, force: true });
  console.log(`The dashboard is built (${Math.round((Date.now() - started) / 1000)} s).`);
} catch (error) {
  console.error(
    `ERROR internal: the dashboard could not be built; the API and the CLI work without it. ${error instanceof Error ? error.message : error}`,
  );
  process.exitCode = 1;
} finally {
  releaseBuildLock(lock);
}
