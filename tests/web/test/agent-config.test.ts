import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
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
const token = `1234567:${"A".repeat(35)}`;

describe.skipIf(browserProgram === null)("A10 an agent's configuration in the dashboard", { timeout: 6 * minutes }, () => {
  let dashboard: Dashboard;
  let browser: Browser;
  let page: Page;
  let messenger: Server;
  let root: string;
  beforeAll(async () => {
    messenger = createServer((request, response) => {
      const isGood = request.url === `/bot${token}/getMe`;
      response.writeHead(isGood ? 200 : 401).end(JSON.stringify(isGood ? { ok: true, result: { username: "acme_bot" } } : {}));
    }).listen(0, "127.0.0.1");
    await once(messenger, "listening");
    root = `http://127.0.0.1:${(messenger.address() as AddressInfo).port}`;
    dashboard = await startDashboard("process", { AGENTPOD_OUTBOUND_ALLOW: "127.0.0.1/32" });
    const { installation } = dashboard;
    await installation.json("tenant", "create", "acme");
    const client = installation.client();
    await client.templates.apply(configurableAgent("desk", ["channels.telegram", "channels.slack.dmPolicy", "messages"]) as never);
    await client.close();
    await installation.json("pod", "create", "acme/bot", "--template", "desk", "--wait");
    browser = await launchBrowser();
    page = await (await dashboard.signedIn(browser)).newPage();
  }, 15 * minutes);
  afterAll(async () => {
    await browser?.close();
    await dashboard?.destroy();
    messenger?.close();
  });
  const config = (): Promise<AgentConfigView> => dashboard.installation.json<AgentConfigView>("pod", "config", "show", "acme/bot");
  const card = (name: RegExp): Locator => page.locator("section").filter({ has: page.getByRole("heading", { name, level: 2 }) });
  const review = (): Promise<void> => page.getByRole("button", { name: "Review changes" }).click();
  const dialog = (): Locator => page.getByRole("dialog", { name: "What changes" });

  it("is a tab of its pod, with what the package does not allow shown and closed", async () => {
    await page.goto("/pods/acme/bot");
    await page.getByRole("navigation", { name: "Pod" }).getByRole("link", { name: "Configuration" }).click();
    const slack = card(/^Slack/);
    await slack.getByText("not verified").waitFor();
    expect(await slack.getByRole("checkbox", { name: "Use Slack" }).isDisabled()).toBe(true);
    await slack.getByText("The package does not allow this to be changed.").first().waitFor();
    expect(await page.getByRole("button", { name: "Review changes" }).isDisabled()).toBe(true);
    expect(await seriousFindings(page)).toEqual([]);
  });

  it("what is wrong stands at its field before anything is saved", async () => {
    const { generation } = await config();
    const telegram = card(/^Telegram/);
    await telegram.getByRole("checkbox", { name: "Use Telegram" }).check();
    await review();
    await telegram.getByLabel("Telegram bot token").and(page.locator("[aria-invalid=true]")).waitFor(patient);
    await telegram.getByLabel("Telegram bot token").fill(token);
    await telegram.getByLabel("Largest file in MB").fill("many");
    await review();
    await telegram.getByLabel("Largest file in MB").and(page.locator("[aria-invalid=true]")).waitFor(patient);
    await telegram.getByLabel("Largest file in MB").fill("5");
    expect((await config()).generation).toBe(generation);
  });

  it("a change is seen line by line, saved, and its secret never shown", async () => {
    const telegram = card(/^Telegram/);
    await telegram.getByLabel("Who may write to it directly").selectOption("open");
    await telegram.getByLabel("Who may write, by id").fill("*");
    await telegram.getByLabel("Address of the API").fill(root);
    await page.getByLabel("Model (llmModel)").fill("m7");
    await review();
    await dialog().getByText("channels.telegram.dmPolicy").waitFor(patient);
    await dialog().getByText('"open"').waitFor();
    await dialog().getByText("telegramBotToken").waitFor();
    await dialog().getByText("gets a new value").waitFor();
    expect(await dialog().textContent()).not.toContain(token);
    expect(await seriousFindings(page)).toEqual([]);
    await dialog().getByRole("button", { name: "Save" }).click();
    await page.getByText(/^Saved as revision 2; /).waitFor(patient);
    expect(await config()).toMatchObject({
      llm: { model: "m7" },
      storedSecrets: expect.arrayContaining(["telegramBotToken"]),
      overrides: { channels: { telegram: { enabled: true, dmPolicy: "open", allowFrom: ["*"], mediaMaxMb: 5, apiRoot: root } } },
    });
    await card(/^Telegram/)
      .getByText("Leave empty to keep what is stored.")
      .waitFor(patient);
    expect(await page.content()).not.toContain(token);
  });

  it("the messenger itself is asked, and its answer is told in words", async () => {
    await page.getByRole("button", { name: "Test Telegram" }).click();
    await page.getByRole("status").getByText("Telegram knows the bot as @acme_bot.").waitFor(patient);
    await card(/^Telegram/)
      .getByLabel("Telegram bot token")
      .fill(`7654321:${"B".repeat(35)}`);
    await review();
    await dialog().getByRole("button", { name: "Save" }).click();
    await page.getByText(/^Saved as revision 3; /).waitFor(patient);
    await page.getByRole("button", { name: "Test Telegram" }).click();
    await page
      .getByRole("alert")
      .getByText(/Telegram refuses the token/)
      .waitFor(patient);
  });

  it("settings without a field are JSON; what is taken out is the package's again", async () => {
    const field = page.getByLabel("Own settings as JSON");
    await field.fill("{ no");
    await review();
    await page.getByText("This is not a JSON object.").waitFor();
    const { overrides } = await config();
    await field.fill(JSON.stringify({ ...overrides, logging: { level: "debug" } }));
    await review();
    await page.getByText(/config\.logging\.level/).waitFor(patient);
    await field.fill(JSON.stringify({ messages: { responsePrefix: "Hello: " } }));
    await review();
    await dialog().getByText("channels.telegram.dmPolicy").waitFor(patient);
    await dialog().getByRole("button", { name: "Save" }).click();
    await page.getByText(/^Saved as revision 4; /).waitFor(patient);
    expect((await config()).overrides).toEqual({ messages: { responsePrefix: "Hello: " } });
  });

  it("the history says what changed, and an earlier one comes back as the next", async () => {
    const history = page.getByRole("list", { name: "History" });
    await history.getByRole("listitem").filter({ hasText: "Revision 2" }).getByText("inputs.llmModel").waitFor(patient);
    await page.getByRole("button", { name: "Roll back to revision 2" }).click();
    const asked = page.getByRole("dialog", { name: "Roll back to revision 2?" });
    await asked.getByText("Secrets stay as they are now.", { exact: false }).waitFor();
    await asked.getByRole("button", { name: "Roll back" }).click();
    await page.getByText(/^Revision 2 is wanted again, as revision 5\./).waitFor(patient);
    await expect.poll(async () => (await config()).overrides, patient).toMatchObject({ channels: { telegram: { dmPolicy: "open" } } });
  });

  it("what another changes meanwhile is shown, and not overwritten", async () => {
    await page.getByLabel("Model (llmModel)").fill("mine");
    await review();
    await dialog().waitFor(patient);
    await dashboard.installation.json("pod", "config", "set", "acme/bot", "--model", "theirs");
    await dialog().getByText("Somebody else changed this meanwhile", { exact: false }).waitFor(patient);
    expect(await dialog().getByRole("button", { name: "Save" }).isDisabled()).toBe(true);
    await dialog().getByRole("button", { name: "Back" }).click();
    await page.getByText("Your changes are still here", { exact: false }).waitFor(patient);
    expect(await page.getByLabel("Model (llmModel)").inputValue()).toBe("mine");
    expect((await config()).llm.model).toBe("theirs");
    await page.getByRole("button", { name: "Discard" }).click();
    await expect.poll(() => page.getByLabel("Model (llmModel)").inputValue(), patient).toBe("theirs");
  });

  it("a viewer sees it, without secrets, and may change nothing", async () => {
    const { page: theirs, context } = await signedInPerson(dashboard, browser, "vera@example.com", { acme: "viewer" });
    await theirs.goto("/pods/acme/bot/config");
    const field = theirs.getByLabel("Model (llmModel)");
    await field.waitFor(patient);
    expect(await field.isDisabled()).toBe(true);
    for (const name of ["Review changes", "Test Telegram"])
      expect(await theirs.getByRole("button", { name }).getAttribute("aria-disabled")).toBe("true");
    expect(await seriousFindings(theirs)).toEqual([]);
    await context.close();
  });
});
