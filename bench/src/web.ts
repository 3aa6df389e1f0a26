import { launchBrowser } from "@agentpod/web-tests/browser";
import { type Dashboard, startDashboard } from "@agentpod/web-tests/dashboard";
import type { Browser } from "playwright-core";
import { interactions } from "./interactions.ts";
import { median, round, type Table } from "./table.ts";

export const title = "Dashboard: first screen and liveness";

const count = 50;
const visits = 7;
/** A laptop on a fair line: 10 Mbit/s, 40 ms, and half the speed of this machine's core. */
const network = { offline: false, latency: 40, downloadThroughput: 1_250_000, uploadThroughput: 625_000 };
const slowdown = 2;

export async function run(): Promise<Table> {
  const dashboard = await startDashboard("memory");
  const browser = await launchBrowser();
  try {
    const client = dashboard.installation.client();
    await client.tenants.create({ name: "acme" });
    for (let i = 0; i < count; i++) await client.pods.create("acme", { name: `web-${i}`, template: "hello" });
    const cold = [];
    for (let i = 0; i < visits; i++) cold.push(await firstScreen(browser, dashboard));
    const pixels = await eventToPixel(browser, dashboard);
    const paints = [];
    for (let i = 0; i < 3; i++) paints.push(...(await interactions(browser, dashboard, slowdown)));
    const [slowest] = paints.toSorted((one, other) => other.milliseconds - one.milliseconds);
    const kilobytes = (bytes: number): string => `${round(bytes / 1000)} kB`;
    return {
      columns: ["what", "figure", "target"],
      rows: [
        [
          `overview with ${count} pods, cold cache, throttled: content`,
          `${round(median(cold.map((one) => one.contentMs)))} ms`,
          "< 1000 ms",
        ],
        ["JavaScript of it, compressed as sent", kilobytes(median(cold.map((one) => one.scriptBytes))), "< 250 kB"],
        ["everything of it, as sent", kilobytes(median(cold.map((one) => one.allBytes))), ""],
        ["event written to pixel, unthrottled", `${round(median(pixels))} ms`, "< 300 ms"],
        ["interaction to next paint, throttled CPU: median", `${round(median(paints.map((one) => one.milliseconds)))} ms`, ""],
        [`the slowest of ${paints.length}: ${slowest?.name}`, `${round(slowest?.milliseconds ?? Number.NaN)} ms`, "< 100 ms"],
      ],
      notes: [
        `Medians of ${visits} visits and ${pixels.length} events. Throttled: 10 Mbit/s, 40 ms, CPU ${slowdown}x slower than this machine's.`,
        "Content: the counts and tenants of the overview are in a frame that was painted. Scripts come as brotli.",
      ],
    };
  } finally {
    await browser.close();
    await dashboard.destroy();
  }
}

/** One visit with an empty cache, by somebody who is signed in. */
async function firstScreen(browser: Browser, dashboard: Dashboard): Promise<{ contentMs: number; scriptBytes: number; allBytes: number }> {
  const context = await dashboard.signedIn(browser);
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send("Network.enable");
  await devtools.send("Network.clearBrowserCache");
  await devtools.send("Network.emulateNetworkConditions", network);
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: slowdown });
  const types = new Map<string, string>();
  const bytes = { script: 0, all: 0 };
  devtools.on("Network.responseReceived", ({ requestId, type }) => void types.set(requestId, type));
  devtools.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    bytes.all += encodedDataLength;
    if (types.get(requestId) === "Script") bytes.script += encodedDataLength;
  });
  await page.addInitScript(`
    const looking = new MutationObserver(() => {
      if (!document.querySelector('#content a[href^="/pods?tenant="]')) return;
      looking.disconnect();
      requestAnimationFrame(() => setTimeout(() => { document.documentElement.dataset.contentMs = performance.now(); }));
    });
    looking.observe(document, { childList: true, subtree: true });
  `);
  await page.goto("/", { waitUntil: "commit" });
  const contentMs = Number(await page.locator("html[data-content-ms]").getAttribute("data-content-ms"));
  const result = { contentMs, scriptBytes: bytes.script, allBytes: bytes.all };
  await context.close();
  return result;
}

/** Milliseconds from an event's time in the database to the frame that shows it. */
async function eventToPixel(browser: Browser, dashboard: Dashboard): Promise<number[]> {
  const context = await dashboard.signedIn(browser);
  const page = await context.newPage();
  await page.goto("/tenants");
  await page.getByRole("status").getByText("Live", { exact: true }).waitFor();
  const client = dashboard.installation.client();
  const taken: number[] = [];
  for (let i = 0; i < 15; i++) {
    const name = `live-${i}`;
    await page.evaluate(`window.seen = new Promise((resolve) => new MutationObserver((_, observer) => {
      if (!document.querySelector('#content a[href="/pods?tenant=${name}"]')) return;
      observer.disconnect();
      requestAnimationFrame(() => setTimeout(() => resolve(Date.now())));
    }).observe(document, { childList: true, subtree: true })); 0`);
    await client.tenants.create({ name });
    const seen = (await page.evaluate("window.seen")) as number;
    const [event] = (await client.events.list({ limit: 20 })).filter((one) => one.type === "tenant.created" && one.tenant === name);
    if (event !== undefined) taken.push(seen - Date.parse(event.at));
  }
  await context.close();
  return taken;
}
