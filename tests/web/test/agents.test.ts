import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { PodView } from "@agentpod/core/api/pod-view";
import type { AgentPodEvent } from "@agentpod/core/event";
import { type OpenAiStandIn, openAiStandIn } from "@agentpod/e2e/openai-stand-in";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seriousFindings } from "../src/accessibility.ts";
import { agentTemplate, messengers } from "../src/agent-template.ts";
import { browserProgram, launchBrowser } from "../src/browser.ts";
import { type Dashboard, startDashboard } from "../src/dashboard.ts";
import { signedInPerson } from "../src/person.ts";

const minutes = 60_000;
const patient = { timeout: 2 * minutes };
const providerKey = "sk-provider-key-of-the-developer";

describe.skipIf(browserProgram === null)("A2 A4 A6 A9 A12 A15 the dashboard of agents", { timeout: 4 * minutes }, () => {
  let dashboard: Dashboard;
  let provider: OpenAiStandIn;
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    provider = await openAiStandIn(providerKey, "Pong from the model");
    dashboard = await startDashboard("process", { AGENTPOD_OUTBOUND_ALLOW: "127.0.0.1/32" });
    const { installation } = dashboard;
    for (const tenant of ["acme", "globex"]) await installation.json("tenant", "create", tenant);
    const key = join(installation.home.root, "provider-key");
    await writeFile(key, providerKey);
    await installation.json(
      ...["llm", "provider", "add", "stand-in", "--dialect", "openai", "--base-url", provider.baseUrl, "--key", key],
      ...["--model", "*", "--price", "*=2/10"],
    );
    await rm(key);
    browser = await launchBrowser();
    page = await (await dashboard.signedIn(browser)).newPage();
  }, 10 * minutes);
  afterAll(async () => {
    await browser?.close();
    await dashboard?.destroy();
    await provider?.close();
  });

  const applyPackage = async (about: string): Promise<void> => {
    const client = dashboard.installation.client();
    await client.templates.apply(agentTemplate("support", about) as never);
    await client.close();
  };
  const pod = (name: string): Promise<PodView> => dashboard.installation.json<PodView>("pod", "status", name);
  const tell = async (host: string, channels: object): Promise<void> => {
    const answer = await dashboard.installation.get(host, "/channels", { method: "POST", body: JSON.stringify(channels) });
    expect(answer).toMatchObject({ status: 200, body: "told" });
  };
  const events = async (name: string, type: string): Promise<AgentPodEvent[]> =>
    (await dashboard.installation.json<AgentPodEvent[]>("pod", "events", name, "--limit", "200")).filter((one) => one.type === type);
  const group = (tenant: string): Locator => page.getByRole("region", { name: tenant, exact: true });
  const row = (name: string): Locator => page.getByRole("row").filter({ has: page.getByRole("checkbox", { name: `Select ${name}` }) });
  const card = (title: string): Locator =>
    page.locator("section").filter({ has: page.getByRole("heading", { name: title, level: 2, exact: true }) });

  it("while there is none, says how the first comes about", async () => {
    await page.goto("/agents");
    await page.getByRole("heading", { name: "No agents yet" }).waitFor();
    expect(await page.getByRole("link", { name: "Make a package" }).getAttribute("href")).toBe("/agents/packages");
    expect(await page.getByRole("listitem").getByRole("link", { name: "New agent" }).getAttribute("href")).toBe("/agents/new");
    expect(await seriousFindings(page)).toEqual([]);
  });

  it("new agents come onto the open board by themselves, by customer, with package, messengers and version", async () => {
    await page.goto("/agents");
    await page.getByRole("status").getByText("Live", { exact: true }).waitFor(patient);
    await applyPackage("the first");
    const { installation } = dashboard;
    for (const name of ["acme/bot", "acme/sales", "globex/bot"])
      await installation.json(
        "pod",
        "create",
        name,
        "--template",
        "support",
        "--input",
        `channels=${JSON.stringify(messengers.fine)}`,
        "--wait",
      );
    await group("acme").getByText("2 agents").waitFor(patient);
    await group("globex").getByText("1 agent").waitFor();
    await row("acme/bot").getByText("Telegram connected").waitFor(patient);
    expect(await row("acme/bot").textContent()).toMatch(/Running.*Slack connected.*support version 1.*no calls/);
    expect(await seriousFindings(page)).toEqual([]);
  });

  it("a lost messenger stands out at once, and the agents in need of somebody can be looked at alone", async () => {
    await tell("sales-acme.localhost", messengers.lost);
    await row("acme/sales").getByText("Telegram lost").waitFor(patient);
    expect(await row("acme/sales").textContent()).toContain("token refused");
    // First of its customer's.
    expect(
      await group("acme")
        .getByRole("checkbox", { name: /^Select acme\// })
        .first()
        .getAttribute("aria-label"),
    ).toBe("Select acme/sales");
    await page.getByRole("button", { name: /^Need attention/ }).click();
    await row("acme/bot").waitFor({ state: "detached" });
    expect(await page.getByRole("checkbox", { name: /^Select (acme|globex)\// }).count()).toBe(1);
    await page.getByRole("button", { name: /^All/ }).click();
    await page.getByRole("searchbox", { name: "Filter agents" }).fill("globex slack");
    await row("acme/bot").waitFor({ state: "detached" });
    await row("globex/bot").waitFor();
    await page.getByRole("searchbox", { name: "Filter agents" }).fill("");
  });

  it("many are acted on at once, after one is asked; who cancels changes nothing", async () => {
    const before = [await pod("acme/bot"), await pod("globex/bot")];
    for (const name of ["acme/bot", "globex/bot"]) await page.getByRole("checkbox", { name: `Select ${name}` }).check();
    const bar = page.getByRole("region", { name: "Selected agents" });
    await bar.getByRole("button", { name: "Stop" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("heading", { name: "Stop 2 agents?" }).waitFor();
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await bar.getByRole("button", { name: "Restart" }).click();
    await dialog.getByText("globex/bot").waitFor();
    await dialog.getByRole("button", { name: "Restart" }).click();
    await bar.waitFor({ state: "detached", ...patient });
    for (const [i, name] of ["acme/bot", "globex/bot"].entries())
      await expect.poll(async () => (await pod(name)).generation, patient).toBe((before[i]?.generation ?? 0) + 1);
    expect((await pod("acme/bot")).desired).toBe("running");
    await row("acme/bot").getByText("Telegram connected").waitFor(patient);
  });

  it("an agent's page asks it something: its answer comes from its model, is counted, and nobody writes down what was said", async () => {
    await page.goto("/pods/acme/bot/agent");
    const talk = card("Try it");
    await talk.getByRole("textbox", { name: "Message to the agent" }).fill("Ping? The code word is swordfish.");
    await page.keyboard.press("Enter");
    await talk.getByRole("log").getByText("Pong from the model").waitFor(patient);
    expect(provider.asked.some(({ messages }) => messages.includes("swordfish"))).toBe(true);
    await expect.poll(async () => (await events("acme/bot", "agent.asked")).length, patient).toBe(1);
    expect(JSON.stringify(await events("acme/bot", "agent.asked"))).not.toContain("swordfish");
    await page.reload();
    await card("Usage").getByRole("cell", { name: "m1" }).waitFor(patient);
    expect(await card("Usage").getByRole("row", { name: /^m1/ }).textContent()).toMatch(/^m111?0?/);
    await card("Usage").getByRole("slider", { name: "Tokens by day" }).waitFor(patient);
    const href = await card("Usage").getByRole("link", { name: "Download CSV" }).getAttribute("href");
    const csv = await page.evaluate(async (url) => (await fetch(url)).text(), href ?? "");
    expect(csv.split("\n")[1]).toMatch(/acme.*bot.*m1.*stand-in/);
    await page.goto("/agents");
    await row("acme/bot").getByText("1 call", { exact: true }).waitFor(patient);
  });

  it("what keeps it from answering is said where the answer would be", async () => {
    await dashboard.installation.json("llm", "provider", "remove", "stand-in", "--yes");
    await page.goto("/pods/acme/bot/agent");
    const talk = card("Try it");
    await talk.getByRole("textbox", { name: "Message to the agent" }).fill("Still there?");
    await talk.getByRole("button", { name: "Send" }).click();
    await expect.poll(() => talk.getByRole("log").textContent(), patient).toMatch(/the agent could not answer: the model answered \d+/);
  });

  it("is handed over by a link that is shown once; a newer one ends it, and it can be taken back", async () => {
    const links = card("Hand-over");
    // The one that `pod create` has printed.
    await links.getByText("Can be used").waitFor(patient);
    await links.getByRole("button", { name: "Take it back" }).click();
    await links.getByText("No link was made yet.").waitFor(patient);
    await links.getByRole("button", { name: "Make a link" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Good for").selectOption({ label: "24 hours" });
    await dialog.getByRole("button", { name: "Make a link" }).click();
    const once = page.getByRole("dialog", { name: "Copy this link now" });
    const link = (await once.locator("code").textContent()) ?? "";
    expect(link).toMatch(/\/hand-over#aph_/);
    await once.getByRole("button", { name: "Done" }).click();
    await links.getByText("Can be used").waitFor(patient);
    expect(await page.content()).not.toContain(link.split("#")[1]);

    const visitor = await (await browser.newContext({ locale: "zh-CN" })).newPage();
    await visitor.goto(link);
    await visitor.getByRole("button", { name: "开始对话" }).click();
    await visitor.getByRole("heading", { name: "The agent's own page" }).waitFor(patient);
    await links.getByText("Was used").waitFor(patient);

    await links.getByRole("button", { name: "Make a new link" }).click();
    await dialog.getByRole("button", { name: "Make a link" }).click();
    await once.getByRole("button", { name: "Done" }).click();
    await links.getByRole("button", { name: "Take it back" }).click();
    await links.getByText("No link was made yet.").waitFor(patient);
    await visitor.goto(link);
    await visitor.getByText("链接已被使用或已过期").waitFor();
  });

  it("shows its token to who asks twice, which is written down, and makes another", async () => {
    const token = card("Gateway token");
    const value = async (): Promise<string> =>
      (await dashboard.installation.json<{ value: string }>("pod", "token", "reveal", "acme/bot")).value;
    const first = await value();
    const revealed = (await events("acme/bot", "pod_token.revealed")).length;
    expect(await page.content()).not.toContain(first);
    await token.getByRole("button", { name: "Show" }).click();
    await page.getByRole("dialog").getByText("written down in the audit log").waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Show" }).click();
    await token.getByText(first).waitFor(patient);
    await expect.poll(async () => (await events("acme/bot", "pod_token.revealed")).length, patient).toBe(revealed + 1);
    await token.getByRole("button", { name: "Make anew" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Make anew" }).click();
    await token.getByText(first).waitFor({ state: "detached", ...patient });
    expect(await value()).not.toBe(first);
    await card("Health").getByText("Running").waitFor(patient);
  });

  it("a newer version of its package is told, upgraded to in place, live, and leads to the operation", async () => {
    await applyPackage("the second");
    const version = card("Version");
    await version.getByRole("button", { name: "Upgrade to version 2" }).click(patient);
    const dialog = page.getByRole("dialog");
    await dialog.getByText("From version 1 to 2").waitFor(patient);
    await dialog.getByRole("button", { name: "Upgrade" }).click();
    await version.getByText("It has the newest").waitFor({ timeout: 3 * minutes });
    await expect.poll(async () => (await pod("acme/bot")).template?.version, patient).toBe(2);
    await version.getByText("Done", { exact: true }).waitFor({ timeout: 3 * minutes });
    await version.getByRole("link", { name: "All steps" }).click();
    await page.waitForURL(/\/operations\/[0-9a-f-]{36}$/);
    await page.goto("/agents?view=newer");
    await row("globex/bot").getByText("Version 2 is out").waitFor(patient);
    expect(await row("acme/bot").count()).toBe(0);
    await page.getByRole("checkbox", { name: "Select all agents of globex" }).check();
    await page.getByRole("region", { name: "Selected agents" }).getByRole("button", { name: "Upgrade" }).click();
    await page.waitForURL(/\/upgrade\?pods=globex/);
    await page.getByText("globex/bot").first().waitFor(patient);
  });

  it("a viewer sees how agents do and what they use, and may do nothing", async () => {
    const { page: viewed } = await signedInPerson(dashboard, browser, "vera@example.com", { acme: "viewer" });
    await viewed.goto("/agents");
    await viewed.getByRole("region", { name: "acme", exact: true }).waitFor(patient);
    expect(await viewed.locator("body").textContent()).not.toContain("globex");
    await viewed.getByRole("checkbox", { name: "Select acme/bot" }).check();
    const bar = viewed.getByRole("region", { name: "Selected agents" });
    for (const name of ["Start", "Stop", "Restart", "Upgrade"])
      expect(await bar.getByRole("button", { name, exact: true }).getAttribute("aria-disabled")).toBe("true");
    await viewed.goto("/pods/acme/bot/agent");
    for (const name of ["Send", "Make a new link", "Make a link", "Show", "Make anew"]) {
      const button = viewed.locator("#content").getByRole("button", { name, exact: true });
      if ((await button.count()) > 0) expect([name, await button.getAttribute("aria-disabled")]).toEqual([name, "true"]);
    }
    await viewed.getByRole("button", { name: "Send" }).waitFor(patient);
    expect(await viewed.getByRole("button", { name: "Send" }).getAttribute("aria-disabled")).toBe("true");
    await viewed.getByRole("cell", { name: "m1" }).waitFor(patient);
    await viewed.context().close();
  });
});
