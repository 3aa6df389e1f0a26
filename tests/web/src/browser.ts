import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

/** Where Debian and its like put it. */
const programs = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** The browser of this machine; null where there is none, which is an error with AGENTPOD_REQUIRE_DOCKER=1. */
export const browserProgram: string | null = programs.find((path) => existsSync(path)) ?? null;
if (browserProgram === null && process.env.AGENTPOD_REQUIRE_DOCKER === "1")
  throw new Error("AGENTPOD_REQUIRE_DOCKER=1 lets nothing be missing, and there is no Chromium: run node scripts/engine/prepare.ts");

/** Starts it without its own traffic: nothing but what is tested asks anything of the network. */
export async function launchBrowser(): Promise<Browser> {
  if (browserProgram === null) throw new Error("no Chromium was found; apt-get install chromium");
  const quiet = ["--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
  return chromium.launch({ executablePath: browserProgram, args: ["--no-sandbox", "--disable-gpu", ...quiet] });
}
