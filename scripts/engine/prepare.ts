import { baseImages } from "./base-images.ts";
import { ensureEngine } from "./ensure-engine.ts";

/** `node scripts/engine/prepare.ts`: an engine and the images that tests and templates name, on a machine that reaches no registry. */
const started = Date.now();
const say = (line: string) => console.log(`[${((Date.now() - started) / 1000).toFixed(1)} s] ${line}`);
try {
  await ensureEngine(say);
  await baseImages(say);
  say("ready");
} catch (error) {
  console.error(`ERROR engine: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
