import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { AlertRuleView } from "@agentpod/core/api/alert-view";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seriousFindings } from "../src/accessibility.ts";
import { browserProgram, launchBrowser } from "../src/browser.ts";
import { type Dashboard, startDashboard } from "../src/dashboard.ts";
import { signedInPerson } from "../src/person.ts";

describe.skipIf(browserProgram === null)("P11 P15 the alerts pages", () => {
  let dashboard: Dashboard;
  let browser: Browser;
  let page: Page;
  let receiver: Server;
  let url: string;
  const taken: { type: string; tenant: string | null; subject: string; text: string }[] = [];
  let status = 200;
  beforeAll(async () => {
    receiver = createServer(async (incoming, outgoing) => {
      let body = "";
      for await (const chunk of incoming) body += chunk;
      if (status === 200) taken.push(JSON.parse(body));
      outgoing.writeHead(status).end();
    }).listen(0, "127.0.0.1");
    await once(receiver, "listening");
    url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook/hidden-path`;
    dashboard = await startDashboard("process", { AGENTPOD_OUTBOUND_ALLOW: "127.0.0.1" });
    await dashboard.installation.json("tenant", "create", "acme");
    browser = await launchBrowser();
    page = await (await dashboard.signedIn(browser)).newPage();
  });
  afterAll(async () => {
    await browser?.close();
    await dashboard?.destroy();
    receiver?.close();
  });
  const tab = (name: string) => page.getByRole("navigation", { name: "Alerts" }).getByRole("link", { name }).click();
  const rules = () => dashboard.installation.json<AlertRuleView[]>("alert", "rule-list", "--tenant", "acme");

  it("say that all is well, and how alerts come", async () => {
    await page.goto("/");
    await page.getByRole("heading", { name: "No pods yet" }).waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("a");
    await page.getByRole("heading", { name: "Nothing is the matter" }).waitFor();
    await page.getByLabel("Whose").selectOption("acme");
    expect(new URL(page.url()).searchParams.get("tenant")).toBe("acme");
  });

  it("add a webhook by its form; what is wrong stands at its field", async () => {
    await tab("Channels");
    await page.getByRole("button", { name: "Add channel" }).click();
    const form = page.getByRole("dialog", { name: "Add channel" });
    await form.getByLabel("Kind").selectOption("Webhook");
    await form.getByLabel("Name").fill("ops");
    await form.getByLabel("Address").fill("ftp://example.com");
    await form.getByLabel("Signing secret").fill("short");
    await form.getByRole("button", { name: "Add channel" }).click();
    await form.getByLabel("Address").and(page.locator("[aria-invalid=true]")).waitFor();
    await form.getByLabel("Signing secret").and(page.locator("[aria-invalid=true]")).waitFor();
    await form.getByLabel("Address").fill(url);
    await form.getByLabel("Signing secret").fill("a-secret-of-the-receiver");
    await form.getByRole("button", { name: "Add channel" }).click();
    await form.waitFor({ state: "detached" });
    await page.getByText(`Webhook to ${new URL(url).host}`).waitFor();
    expect(await page.content()).not.toMatch(/hidden-path|a-secret-of/);
    expect(await seriousFindings(page)).toEqual([]);
  });

  it.each([
    ["E-mail (SMTP)", ["Mail server", "Port", "User name", "Password", "From", "To"]],
    ["Telegram", ["Bot token", "Chat", "Address"]],
    ["DingTalk", ["Address", "Signing secret"]],
  ])("ask of %s for what its schema wants", async (kind, fields) => {
    await page.getByRole("button", { name: "Add channel" }).click();
    const form = page.getByRole("dialog", { name: "Add channel" });
    await form.getByLabel("Kind").selectOption(kind);
    for (const field of fields) await form.getByLabel(new RegExp(`^${field}( \\*)?$`)).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await form.waitFor({ state: "detached" });
  });

  it("test a channel and show what it answered", async () => {
    await page.getByRole("button", { name: "Send test to ops" }).click();
    await page.getByText("ops took the test notice.").waitFor();
    expect(taken).toMatchObject([{ type: "agentpod.alert.test", tenant: "acme" }]);
    status = 503;
    await page.getByRole("button", { name: "Send test to ops" }).click();
    await page
      .getByRole("alert")
      .getByText(/did not take the notice: it answered 503/)
      .waitFor();
  });

  it("add a rule, change it, and remove it by its name", async () => {
    await tab("Rules");
    await page.getByRole("button", { name: "Add rule" }).click();
    const form = page.getByRole("dialog", { name: "Add rule" });
    expect(await form.getByLabel("Looks for").getByRole("option").allTextContents()).not.toContain("The disk is nearly full");
    await form.getByLabel("Name").fill("hot");
    await form.getByLabel("Looks for").selectOption("CPU near its limit");
    await form.getByLabel("From percent of the limit").fill("a lot");
    await form.getByRole("button", { name: "Add rule" }).click();
    await form.getByLabel("From percent of the limit").and(page.locator("[aria-invalid=true]")).waitFor();
    await form.getByLabel("From percent of the limit").fill("80");
    await form.getByLabel("For at least, in minutes").fill("1.5");
    await form.getByRole("checkbox", { name: /^ops/ }).check();
    await form.getByRole("button", { name: "Add rule" }).click();
    const row = page.getByRole("row", { name: /^hot/ });
    await row.getByText("80 % of the limit").waitFor();
    expect(await rules()).toMatchObject([{ name: "hot", kind: "cpu", threshold: 80, forSeconds: 90, pod: null, channels: ["ops"] }]);
    await row.getByRole("button", { name: "Edit hot" }).click();
    const edit = page.getByRole("dialog", { name: "Rule hot" });
    await edit.getByLabel("From percent of the limit").fill("");
    await edit.getByRole("checkbox", { name: /^ops/ }).uncheck();
    await edit.getByRole("button", { name: "Save" }).click();
    await row.getByText("90 %, as usual").waitFor();
    expect(await rules()).toMatchObject([{ name: "hot", kind: "cpu", threshold: null, forSeconds: 90, channels: [] }]);
    await row.getByRole("button", { name: "Remove hot" }).click();
    const dialog = page.getByRole("dialog", { name: "Remove rule hot?" });
    await dialog.getByLabel(/^Type/).fill("hot");
    await dialog.getByRole("button", { name: "Remove" }).click();
    await page.getByRole("heading", { name: "No rules yet" }).waitFor();
    expect(await rules()).toEqual([]);
  });

  it("show in the open page what a rule finds, without reload, and what became of the notice", async () => {
    await tab("Now and recently");
    await page.getByRole("heading", { name: "Nothing is the matter" }).waitFor();
    await page.evaluate("window.sameDocument = true");
    const argv = ["node", "-e", "process.exit(3)"];
    const spec = { units: [{ name: "main", image: "node:24-bookworm-slim", command: argv, local: { argv, needs: ["node"] } }] };
    await dashboard.installation.json("pod", "create", "acme/broken", "--spec", await dashboard.installation.specFile(spec));
    const open = page.getByRole("list", { name: "Open" });
    await open.getByText(/failed \d+ times in a row/).waitFor({ timeout: 60_000 });
    expect(await open.getByRole("link", { name: "acme/broken" }).getAttribute("href")).toBe("/pods/acme/broken");
    await tab("Deliveries");
    const delivery = page.getByRole("list", { name: "Deliveries" }).getByRole("listitem");
    await delivery.getByText("Alert: acme/broken").waitFor();
    await delivery.getByText(/^\d+ attempts? failed; next/).waitFor({ timeout: 30_000 });
    await delivery.getByText(/it answered 503/).waitFor();
    status = 200;
    // The next attempts are 10 and 30 s after the first.
    await delivery.getByText(/^Delivered at attempt \d$/).waitFor({ timeout: 90_000 });
    expect(taken.map(({ type, subject }) => [type, subject])).toContainEqual(["agentpod.alert.firing", "acme/broken"]);
    expect(await page.evaluate("window.sameDocument")).toBe(true);
    expect(await seriousFindings(page)).toEqual([]);
  });

  it("let a viewer look, and say why nothing may be pressed", async () => {
    const { page: theirs, context } = await signedInPerson(dashboard, browser, "viewer@example.com", { acme: "viewer" });
    await theirs.goto("/alerts");
    await theirs.getByRole("list", { name: "Open" }).getByText("acme/broken").waitFor();
    await theirs.goto("/alerts/channels");
    for (const name of ["Add channel", "Send test to ops", "Remove ops"])
      expect(await theirs.getByRole("button", { name }).getAttribute("aria-disabled")).toBe("true");
    expect(await theirs.getByLabel("Whose").getByRole("option").allTextContents()).toEqual(["acme"]);
    await context.close();
  });

  it("remove a channel by its name", async () => {
    await tab("Channels");
    await page.getByRole("button", { name: "Remove ops" }).click();
    const dialog = page.getByRole("dialog", { name: "Remove channel ops?" });
    expect(await dialog.getByRole("button", { name: "Remove" }).isDisabled()).toBe(true);
    await dialog.getByLabel(/^Type/).fill("ops");
    await dialog.getByRole("button", { name: "Remove" }).click();
    await page.getByRole("heading", { name: "No channels yet" }).waitFor();
    expect(await dashboard.installation.json("alert", "channel-list", "--tenant", "acme")).toEqual([]);
  });
});
