import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { type Installation, makeInstallation } from "@agentpod/e2e/installation";
import { nodeUnit } from "@agentpod/e2e/node-unit";
import { launchBrowser } from "@agentpod/web-tests/browser";
import { startDashboard } from "@agentpod/web-tests/dashboard";
import { median, round, type Table } from "./table.ts";

export const title = "Logs: 50 pods that talk, and the viewer with 100,000 lines";

const count = 50;
const linesPerSecond = 10;
const settleSeconds = 20;
const cpuSeconds = 30;
const lines = 100_000;

/** A line of usual length, ten times a second once told to; quiet before. */
const talking = `
const { createServer } = require("node:http");
let n = 0;
let timer;
createServer((request, response) => {
  clearInterval(timer);
  const gap = Number(request.url.slice(1));
  if (gap > 0) timer = setInterval(() => console.log(new Date().toISOString(), "INFO request", n++, "GET /orders/" + n * 7, "took", n % 90, "ms for client 10.0.0." + (n % 250)), gap);
  response.end();
}).listen(Number(process.env.PORT), process.env.HOST);
process.on("SIGTERM", () => process.exit(0));
`;
const flooding = `
let n = 0;
const flood = () => { let text = ""; for (let i = 0; i < 1000; i++) text += \`\${n % 20 ? "INFO" : "ERROR"} line \${n++} of many, with some words that fill it up to the usual\\n\`;
  process.stdout.write(text, () => n < ${lines} ? flood() : setInterval(() => console.log("INFO still here", n++), 20)); };
flood();
process.on("SIGTERM", () => process.exit(0));
`;

export async function run(): Promise<Table> {
  const kept = await cost();
  const shown = await viewer();
  return {
    columns: ["what", "figure", "target"],
    rows: [...kept, ...shown],
    notes: [
      `CPU of the server process alone, over ${cpuSeconds} s; the engine's own is not in it. Lines have about 95 characters.`,
      "Long frames: tasks of the page's main thread over 50 ms, while the log is scrolled from end to start and back, 20 lines a second coming in.",
    ],
  };
}

async function cost(): Promise<(string | number)[][]> {
  const plane = await makeInstallation("docker");
  try {
    await plane.start();
    const client = plane.client();
    await client.tenants.create({ name: "acme" });
    const names = Array.from({ length: count }, (_, i) => `talk-${i}`);
    const spec = {
      units: [nodeUnit("app", talking, "talking", { probe: { kind: "http", port: "http", intervalSeconds: 600, startSeconds: 60 } })],
      routes: [{ unit: "app", port: "http" }],
    };
    // It is not what is measured: one after another.
    for (const name of names) await client.pods.create("acme", { name, spec });
    const tell = (gap: number) => Promise.all(names.map((name) => toldTo(plane, `${name}-acme.localhost`, gap)));
    await tell(0);
    await delay(settleSeconds * 1000);
    const quiet = await measure(plane);
    await tell(1000 / linesPerSecond);
    await delay(settleSeconds * 1000);
    const talks = await measure(plane);
    const percent = (ticks: number) => `${round(ticks / cpuSeconds, 2)} % of a core`;
    return [
      [`server, ${count} pods that say nothing`, `${percent(quiet.ticks)}, ${quiet.mb} MB`, ""],
      [`server, ${count} pods with ${linesPerSecond} lines a second each`, `${percent(talks.ticks)}, ${talks.mb} MB`, ""],
    ];
  } finally {
    await plane.cli("tenant", "delete", "acme", "--force", "--yes");
    // Containers outlive their AgentPod.
    for (const until = Date.now() + 300_000; Date.now() < until && (await plane.client().pods.list()).length > 0; ) await delay(1000);
    await plane.destroy();
  }
}

async function toldTo(plane: Installation, host: string, gap: number): Promise<void> {
  for (const until = Date.now() + 120_000; Date.now() < until; await delay(500))
    if ((await plane.get(host, `/${gap}`).catch(() => ({ status: 0 }))).status === 200) return;
  throw new Error(`${host} does not answer`);
}

async function measure(plane: Installation): Promise<{ ticks: number; mb: number }> {
  const pid = plane.pid("server");
  const ticks = (): number => {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return Number(fields[11]) + Number(fields[12]);
  };
  const before = ticks();
  await delay(cpuSeconds * 1000);
  const pss = /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1] ?? 0;
  return { ticks: ticks() - before, mb: round(Number(pss) / 1024) };
}

async function viewer(): Promise<(string | number)[][]> {
  const dashboard = await startDashboard("process");
  const browser = await launchBrowser();
  try {
    const client = dashboard.installation.client();
    await client.tenants.create({ name: "acme" });
    await client.pods.create("acme", { name: "flood", spec: { units: [nodeUnit("app", flooding, "flooding")] } });
    const context = await dashboard.signedIn(browser, { viewport: { width: 1280, height: 900 } });
    const page = await context.newPage();
    await page.goto("/pods/acme/flood/logs");
    await page.evaluate(
      `window.long = []; new PerformanceObserver((list) => { for (const one of list.getEntries()) long.push(one.duration); }).observe({ type: "longtask" }); 0`,
    );
    const from = performance.now();
    await page.getByRole("combobox", { name: "Since" }).selectOption(`last ${lines}`);
    await page.getByText(/^100,000 of 100,000 lines/).waitFor({ timeout: 120_000 });
    const loadMs = performance.now() - from;
    const loading = (await page.evaluate("long.splice(0)")) as number[];
    await page.getByRole("checkbox", { name: "Follow" }).uncheck();
    await page.getByText(/^100,000 of 100,000 lines/).waitFor({ timeout: 120_000 });
    await page.evaluate("long.splice(0)");
    const scroll = (await page.evaluate(`new Promise((resolve) => {
      const box = document.querySelector('[role=log]');
      const gaps = [];
      let last = performance.now();
      let step = 0;
      const move = () => {
        const now = performance.now();
        gaps.push(now - last);
        last = now;
        box.scrollTop = box.scrollHeight * Math.abs(1 - step / 150);
        if (step++ < 300) requestAnimationFrame(move); else resolve(gaps.slice(1));
      };
      requestAnimationFrame(move);
    })`)) as number[];
    const scrolling = (await page.evaluate("long.splice(0)")) as number[];
    await page.getByRole("searchbox").fill("line 9999");
    await page.getByText(/^1[01] of 100,000 lines/).waitFor({ timeout: 60_000 });
    const searching = (await page.evaluate("long.splice(0)")) as number[];
    const worst = (tasks: number[]): string =>
      tasks.length === 0 ? "none" : `${tasks.length}, the longest ${round(Math.max(...tasks))} ms`;
    return [
      [`viewer, ${lines} lines: until all are there`, `${round(loadMs)} ms`, ""],
      ["long tasks while they come", worst(loading), ""],
      ["frame while scrolling through all of them, median", `${round(median(scroll), 1)} ms`, "< 17 ms"],
      ["long tasks while scrolling", worst(scrolling), "none"],
      ["long tasks of a search in all of them", worst(searching), "none over 100 ms"],
    ];
  } finally {
    await browser.close();
    await dashboard.destroy();
  }
}
