import type { PodView } from "@agentpod/core/api/pod-view";
import type { AgentPodEvent } from "@agentpod/core/event";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { browserProgram, launchBrowser } from "../src/browser.ts";
import { type Dashboard, startDashboard } from "../src/dashboard.ts";
import { hostileTexts } from "../src/hostile-texts.ts";

// The API refuses most of these as names; log lines, messages and what came in before a rule was there may hold any of them.
describe.skipIf(browserProgram === null)("P15 P10 texts of others are text", () => {
  let dashboard: Dashboard;
  let browser: Browser;
  let page: Page;
  const ran: string[] = [];
  beforeAll(async () => {
    dashboard = await startDashboard("process");
    const { installation } = dashboard;
    await installation.json("tenant", "create", "acme");
    const script = `for (const line of ${JSON.stringify(hostileTexts)}) console.log(line); setInterval(() => {}, 1e6)`;
    const argv = ["node", "-e", script];
    const env = Object.fromEntries(hostileTexts.map((text, i) => [`HOSTILE_${i}`, text.replaceAll("{{", "")]));
    const spec = { units: [{ name: "main", image: "node:24-bookworm-slim", command: argv, env, local: { argv, env, needs: ["node"] } }] };
    await installation.json("pod", "create", "acme/hostile", "--spec", await installation.specFile(spec), "--wait");
    browser = await launchBrowser();
    page = await (await dashboard.signedIn(browser)).newPage();
    await page.exposeFunction("pwned", () => void ran.push(page.url()));
    page.on("dialog", (dialog) => {
      ran.push(dialog.message());
      void dialog.dismiss();
    });
  });
  afterAll(async () => {
    await browser?.close();
    await dashboard?.destroy();
  });
  async function isHarmless(): Promise<void> {
    expect(
      await page.locator("#content script, #content iframe, #content img, #content object, #content embed, #content style").count(),
    ).toBe(0);
    const links = await page.locator("#content a").evaluateAll((all) => all.map((link) => (link as HTMLAnchorElement).protocol));
    expect(links.filter((protocol) => !["http:", "https:"].includes(protocol))).toEqual([]);
  }

  it("lines of a log", async () => {
    await page.goto("/pods/acme/hostile/logs");
    for (const text of hostileTexts.filter((one) => !one.includes("\u001b")))
      await page.getByRole("log").getByText(text, { exact: true }).first().waitFor();
    await isHarmless();
  });

  it("a spec", async () => {
    await page.goto("/pods/acme/hostile/environment");
    await page.getByText("HOSTILE_0").first().waitFor();
    await isHarmless();
    await page.goto("/pods/acme/hostile/revisions");
    await page.getByText("Revision 1").waitFor();
    await isHarmless();
  });

  it.each(hostileTexts)("names, messages, addresses and events: %s", async (text) => {
    await page.route(/\/api\/v1\/(pods|tenants\/acme\/pods\/hostile)$/, async (route) => {
      const response = await route.fetch();
      const answer = (await response.json()) as PodView | PodView[];
      const change = (pod: PodView): PodView => ({
        ...pod,
        phase: text,
        message: text,
        addresses: [text, "http://x.localhost"],
        // A summary has none.
        conditions: ((pod.conditions as PodView["conditions"] | undefined) ?? []).map((one) => ({ ...one, message: text, fault: "user" })),
        units: pod.units.map((unit) => ({ ...unit, message: text, containerId: text })),
        ...(Array.isArray(answer) ? { name: text } : {}),
      });
      await route.fulfill({ response, json: Array.isArray(answer) ? answer.map(change) : change(answer) });
    });
    await page.route(/\/api\/v1\/events\?/, async (route) => {
      const response = await route.fetch();
      const events = (await response.json()) as AgentPodEvent[];
      await route.fulfill({ response, json: events.map((event) => ({ ...event, message: text, type: text, tenant: text, pod: text })) });
    });
    for (const path of ["/", "/pods", "/pods/acme/hostile", "/events"]) {
      await page.goto(path);
      await page.getByText(text.trim().slice(0, 12)).first().waitFor();
      await isHarmless();
    }
    await page.unrouteAll({ behavior: "ignoreErrors" });
  });

  it("none of which ran", () => expect(ran).toEqual([]));
});
