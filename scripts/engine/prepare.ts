import { baseImages } from "./base-images.ts";
import { ensureEngine } from "./ensure-engine.ts";
import { installMissing } from "./install-missing.ts";

/** Foreign servers that tests stand beside, the browser that they drive, and Compose; without them those tests are skipped. */
const neighbours = [
  { program: "knotd", package: "knot" },
  { program: "nginx", package: "nginx" },
  { program: "openssl", package: "openssl" },
  { program: "chromium", package: "chromium" },
  { program: "caddy", package: "caddy" },
  { program: "docker-compose", package: "docker-compose" },
];

/** `node scripts/engine/prepare.ts`: an engine, the images that tests and templates name, and servers that tests need, on a machine that reaches no registry. */
const started = Date.now();
const say = (line: string) => console.log(`[${((Date.now() - started) / 1000).toFixed(1)} s] ${line}`);
try {
  await ensureEngine(say);
  await baseImages(say);
  await installMissing(neighbours, say);
  say("ready");
} catch (error) {
  console.error(`ERROR engine: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
