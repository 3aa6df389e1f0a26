import type { MetricsView, PlatformMetricsView } from "@agentpod/core/api/metric-view";
import { type MetricValues, metricTiers } from "@agentpod/core/metric";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seriousFindings } from "../src/accessibility.ts";
import { browserProgram, launchBrowser } from "../src/browser.ts";
import { type Dashboard, startDashboard } from "../src/dashboard.ts";
import { signedInPerson } from "../src/person.ts";

/** Longer than from one sample to the next. */
const sampleMs = 40_000;
const stepMs = metricTiers[0].seconds * 1000;

describe.skipIf(browserProgram === null)("P12 P15 metrics", () => {
  let dashboard: Dashboard;
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    dashboard = await startDashboard("process");
    browser = await launchBrowser();
    page = await (await dashboard.signedIn(browser)).newPage();
    await dashboard.installation.json("tenant", "create", "acme");
    await dashboard.installation.json("pod", "create", "acme/web", "--template", "hello", "--wait");
  });
  afterAll(async () => {
    await browser?.close();
    await dashboard?.destroy();
  });
  const chart = (name: string): Locator => page.getByRole("slider", { name: new RegExp(`^${name},`) });
  const said = async (one: Locator): Promise<string> => (await one.getAttribute("aria-valuetext")) ?? "";

  it("of a new pod say that samples come, and then show them without reload or more questions than samples", async () => {
    await page.goto("/pods/acme/web");
    await page.evaluate("window.sameDocument = true");
    await page.getByRole("navigation", { name: "Pod" }).getByRole("link", { name: "Metrics" }).click();
    // Whether nothing was measured yet, or something already.
    await page.getByText("Samples appear within a minute.").or(chart("Memory")).first().waitFor();
    await chart("Memory").waitFor({ timeout: sampleMs });
    const asked: string[] = [];
    page.on("request", (request) => void (/\/metrics\?/.test(request.url()) && asked.push(request.url())));
    const begun = Date.now();
    for (let samples = 1; samples <= 2; samples++) {
      const before = await said(chart("Memory"));
      await expect.poll(() => said(chart("Memory")), { timeout: sampleMs }).not.toBe(before);
    }
    expect(asked.length).toBeGreaterThan(0);
    // One that is written late is found by the question for the next.
    expect(asked.length).toBeLessThanOrEqual(Math.ceil((Date.now() - begun) / stepMs) + 1);
    expect(await page.evaluate("window.sameDocument")).toBe(true);
    page.removeAllListeners("request");
  });

  it("are those that the API gives, in units for people", async () => {
    const { points } = await dashboard.installation.json<MetricsView>("metric", "show", "acme/web");
    const mebibytes = points.map(({ memoryBytes }) => (memoryBytes ?? 0) / 2 ** 20);
    const [, shown = "0"] = /In use ([\d.]+) MiB/.exec(await said(chart("Memory"))) ?? [];
    expect(mebibytes.some((value) => Math.abs(value - Number(shown)) < 0.06)).toBe(true);
    expect(await said(chart("CPU"))).toMatch(/In use [\d.]+%/);
    await page.getByText("This is not measured here").first().waitFor();
    await page.getByRole("region", { name: "By unit, now" }).getByRole("cell", { name: /MiB/ }).waitFor();
  });

  it("are gone through by keyboard, all charts at one time; what was not measured is a gap", async () => {
    const { id } = await dashboard.installation.json<{ id: string }>("pod", "status", "acme/web");
    const now = Date.now();
    await dashboard.installation.inStore(async (store) => {
      const { id: tenantId } = await store.tenants.get("acme");
      for (const minutes of [20, 30]) {
        const values: MetricValues = {
          ...nothing,
          cpuCores: 0.25,
          memoryBytes: 300 * 2 ** 20,
          memoryLimitBytes: 512 * 2 ** 20,
          networkInBytes: 2048,
          networkOutBytes: 0,
        };
        await store.metrics.write([{ subject: id, tenantId, values }], new Date(now - minutes * 60_000));
      }
    });
    await page.reload();
    await chart("Memory").focus();
    await page.keyboard.press("Home");
    expect(await said(chart("Memory"))).toContain("In use not measured");
    const wanted = Math.floor((now - 30 * 60_000) / 15_000) * 15_000;
    const steps = Math.round((wanted - (await oldest())) / 15_000);
    for (let i = 0; i < steps; i++) await page.keyboard.press("ArrowRight");
    expect(await said(chart("Memory"))).toMatch(/In use 300 MiB, Limit 512 MiB$/);
    expect(await said(chart("CPU"))).toMatch(/In use 25%, Limit \d+%$/);
    expect(await said(chart("Network"))).toMatch(/In 2 KiB\/s, Out 0 B\/s$/);
    expect(await chart("CPU").getAttribute("aria-valuenow")).toBe(String(steps));
    // The canvas: a dot at the point, nothing in the middle of the gap after it.
    expect(await inkAt(chart("Network"), steps)).toBeGreaterThan(0);
    expect(await inkAt(chart("Network"), steps + 20)).toBe(0);
    await page.keyboard.press("ArrowRight");
    expect(await said(chart("Memory"))).toContain("In use not measured");
    await page.keyboard.press("Escape");
    expect(await said(chart("CPU"))).not.toContain("In use not measured");
  });

  it("follow the pointer", async () => {
    const place = async () => Number(await chart("CPU").getAttribute("aria-valuenow"));
    const last = Number(await chart("CPU").getAttribute("aria-valuemax"));
    const box = await chart("Memory").boundingBox();
    if (box === null) throw new Error("the chart has no place");
    await page.mouse.move(box.x + box.width / 2, box.y + 60);
    await expect.poll(place).toBeLessThan(last * 0.7);
    expect(await place()).toBeGreaterThan(last * 0.2);
    await page.mouse.move(0, 0);
    // Without a pointer the newest sample is told; one may have been missed on a busy machine.
    await expect.poll(place).toBeGreaterThan(last * 0.95);
  });

  it("are a table for who reads rather than sees, and say so when a range has nothing yet", async () => {
    await page.getByRole("button", { name: "Show as a table" }).click();
    const table = page.getByRole("region", { name: "Metrics of acme/web, 1 hour" });
    await table.getByRole("cell", { name: "300 MiB" }).first().waitFor();
    expect(await table.getByRole("columnheader").allTextContents()).toContain("Memory · In use");
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole("button", { name: "30 days" }).click();
    await page.getByText("Longer ranges fill up as time goes by").waitFor();
    expect(new URL(page.url()).searchParams.get("range")).toBe("30d");
  });

  it("of the machine and of AgentPod itself are on the server's page", async () => {
    await page.goto("/server");
    await page.getByRole("navigation", { name: "Server" }).getByRole("link", { name: "Metrics" }).click();
    const machine = page.getByRole("region", { name: "The machine" });
    const own = page.getByRole("region", { name: "AgentPod itself" });
    await machine.getByRole("slider", { name: /^Disk space,/ }).waitFor();
    const { machine: measured } = await dashboard.installation.json<PlatformMetricsView>("metric", "show");
    const total = (measured?.points.at(-1)?.memoryLimitBytes ?? 0) / 2 ** 30;
    const [, shown = "0"] = /Limit ([\d.]+) GiB/.exec(await said(machine.getByRole("slider", { name: /^Memory,/ }))) ?? [];
    expect(Math.abs(Number(shown) - total)).toBeLessThan(0.06);
    expect(await said(own.getByRole("slider", { name: /^Memory,/ }))).toMatch(/In use [\d.]+ MiB$/);
    expect(await own.getByRole("slider").count()).toBe(2);
  });

  it("of a tenant are shown to its viewer; the machine's are not", async () => {
    const { page: theirs, context } = await signedInPerson(dashboard, browser, "viewer@example.com", { acme: "viewer" });
    await theirs.goto("/pods/acme/web/metrics");
    await theirs.getByRole("slider", { name: /^Memory,/ }).waitFor();
    await theirs.goto("/server/metrics");
    await theirs.getByRole("alert").first().waitFor();
    expect(await theirs.getByRole("slider").count()).toBe(0);
    await context.close();
  });

  /** The first time of the chart, in milliseconds. */
  async function oldest(): Promise<number> {
    const last = Number(await chart("Memory").getAttribute("aria-valuemax"));
    const newest = Math.floor(((await page.evaluate("Date.now()")) as number) / 15_000) * 15_000;
    return newest - last * 15_000;
  }
});

const nothing: MetricValues = {
  cpuCores: null,
  cpuCoresMax: null,
  memoryBytes: null,
  memoryBytesMax: null,
  memoryLimitBytes: null,
  networkInBytes: null,
  networkOutBytes: null,
  diskReadBytes: null,
  diskWriteBytes: null,
  diskUsedBytes: null,
  diskTotalBytes: null,
  connections: null,
};

/** How much is drawn at one place of a chart that is not drawn a little beside it, as the lines of its grid are. */
async function inkAt(chart: Locator, place: number): Promise<number> {
  return chart.evaluate((element, place) => {
    const canvas = element.querySelector("canvas") as HTMLCanvasElement;
    const frame = canvas.getBoundingClientRect();
    const over = (element.querySelector(".u-over") as HTMLElement).getBoundingClientRect();
    const scale = canvas.width / frame.width;
    const column = (shift: number): Uint8ClampedArray => {
      const x = over.left - frame.left + (over.width * place) / Number(element.getAttribute("aria-valuemax")) + shift;
      const [top, height] = [(over.top - frame.top) * scale, over.height * scale];
      return (canvas.getContext("2d") as CanvasRenderingContext2D).getImageData(x * scale - 2, top, 5, height).data;
    };
    const [here, beside] = [column(0), column(8)];
    return here.filter((value, i) => i % 4 === 3 && Math.abs(value - (beside[i] ?? 0)) > 40).length;
  }, place);
}
