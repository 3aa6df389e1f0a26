import type { AgentConfigView } from "@agentpod/core/api/agent-config-view";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seriousFindings } from "../src/accessibility.ts";
import { browserProgram, launchBrowser } from "../src/browser.ts";
import { configurableAgent } from "../src/configurable-agent.ts";
import { type Dashboard, startDashboard } from "../src/dashboard.ts";
import { signedInPerson } from "../src/person.ts";

const minutes = 60_000;
const patient = { timeout: 3 * minutes };

describe.skipIf(browserProgram === null)("A10 a messenger is linked by its code in the dashboard", { timeout: 6 * minutes }, () => {
  let dashboard: Dashboard;
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    dashboard = await startDashboard("process");
    const { installation } = dashboard;
    await installation.json("tenant", "create", "acme");
    const client = installation.client();
    await client.templates.apply(configurableAgent("desk", ["channels.whatsapp"], ["whatsapp"]) as never);
    await client.close();
    await installation.json("pod", "create", "acme/bot", "--template", "desk", "--wait");
    browser = await launchBrowser();
    page = await (await dashboard.signedIn(browser)).newPage();
    await page.goto("/pods/acme/bot/config");
  }, 15 * minutes);
  afterAll(async () => {
    await browser?.close();
    await dashboard?.destroy();
  });
  /** What the phone does, told to the agent on its own address. */
  const phone = async (does: "turn" | "read" | "wait too long"): Promise<void> => {
    const answer = await dashboard.installation.get("bot-acme.localhost", "/phone", { method: "POST", body: does });
    expect([answer.status, answer.body]).toEqual([200, "done"]);
  };
  const card = (): Locator => page.locator("section").filter({ has: page.getByRole("heading", { name: /^WhatsApp/, level: 2 }) });
  const button = (): Locator => card().getByRole("button", { name: "Link by QR code" });
  const dialog = (): Locator => page.getByRole("dialog", { name: "Link WhatsApp" });
  const code = (): Locator => dialog().getByRole("img", { name: "QR code for WhatsApp" });

  it("once it is switched on and saved", async () => {
    await card().getByText("not verified").waitFor(patient);
    expect(await button().count()).toBe(0);
    await card().getByRole("checkbox", { name: "Use WhatsApp" }).check();
    expect(await button().getAttribute("aria-disabled")).toBe("true");
    await page.getByRole("button", { name: "Review changes" }).click();
    await page.getByRole("dialog", { name: "What changes" }).getByRole("button", { name: "Save" }).click(patient);
    await expect.poll(() => button().getAttribute("aria-disabled"), patient).toBe(null);
    const { channels } = await dashboard.installation.json<AgentConfigView>("pod", "config", "show", "acme/bot");
    expect(channels).toMatchObject([{ id: "whatsapp", enabled: true }]);
  });

  it("shows a code with what to do, and a newer one by itself", async () => {
    await button().click();
    await code().waitFor(patient);
    await dialog().getByText("Choose Linked devices and add a device.").waitFor();
    await dialog().getByText("show it to nobody else", { exact: false }).waitFor();
    expect(await dialog().getByRole("timer").textContent()).toMatch(/ends in [0-3]:\d\d\./);
    expect(await seriousFindings(page)).toEqual([]);
    const first = await code().getAttribute("src");
    await phone("turn");
    await expect.poll(() => code().getAttribute("src"), patient).not.toBe(first);
  });

  it("one that nobody reads is over, and another is there by a press", async () => {
    await phone("wait too long");
    await dialog().getByRole("alert").getByText("the code has expired; ask for a new one").waitFor(patient);
    expect(await seriousFindings(page)).toEqual([]);
    await dialog().getByRole("button", { name: "Get a new code" }).click();
    await code().waitFor(patient);
  });

  it("says that it is linked; another account comes only after a second word", async () => {
    await phone("read");
    await dialog().getByRole("status").getByText("WhatsApp is linked").waitFor(patient);
    await dialog().getByRole("button", { name: "Close" }).last().click();
    await button().click();
    await dialog().getByText("WhatsApp is linked as +15550001111").waitFor(patient);
    await dialog().getByRole("button", { name: "Link another account" }).click();
    await dialog().getByText("is let go at once", { exact: false }).waitFor();
    await dialog().getByRole("button", { name: "Let go and link anew" }).click();
    await code().waitFor(patient);
    await dialog().getByRole("button", { name: "Cancel" }).click();
    await expect.poll(() => dialog().count(), patient).toBe(0);
  });

  it("a viewer may not", async () => {
    const { page: theirs, context } = await signedInPerson(dashboard, browser, "vera@example.com", { acme: "viewer" });
    await theirs.goto("/pods/acme/bot/config");
    const link = theirs.getByRole("button", { name: "Link by QR code" });
    await link.waitFor(patient);
    expect(await link.getAttribute("aria-disabled")).toBe("true");
    await context.close();
  });
});
