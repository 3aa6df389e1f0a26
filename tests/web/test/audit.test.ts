import { readFile } from "node:fs/promises";
import type { AgentPodEvent } from "@agentpod/core/event";
import { asOwner } from "@agentpod/e2e/as-owner";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seriousFindings } from "../src/accessibility.ts";
import { browserProgram, launchBrowser } from "../src/browser.ts";
import { type Dashboard, startDashboard } from "../src/dashboard.ts";
import { signedInPerson } from "../src/person.ts";

const many = 70;
const tenant = (i: number): string => `tenant-${String(i).padStart(2, "0")}`;

describe.skipIf(browserProgram === null)("P10 P15 the audit page", () => {
  let dashboard: Dashboard;
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    dashboard = await startDashboard("memory");
    const client = dashboard.installation.client();
    for (let i = 0; i < many; i++) await client.tenants.create({ name: tenant(i) });
    await client.tenants.create({ name: tenant(0) }).catch(() => undefined);
    await client.close();
    browser = await launchBrowser();
    page = await (await dashboard.signedIn(browser)).newPage();
  });
  afterAll(async () => {
    await browser?.close();
    await dashboard?.destroy();
  });
  const entries = () => page.getByRole("list", { name: "Entries" }).getByRole("listitem");
  const count = (text: string | RegExp) => page.getByRole("status").getByText(text).waitFor();

  it("finds by action, tenant, result and words, as the address says", async () => {
    await page.goto("/audit");
    await page.getByLabel("Action").fill("tenant.*");
    await count("50 entries shown; there are older ones");
    await page.getByLabel("Tenant", { exact: true }).selectOption(tenant(3));
    await count("1 entry shown");
    await entries()
      .getByText(`tenant ${tenant(3)} created`)
      .waitFor();
    await page.reload();
    await count("1 entry shown");
    await page.getByRole("button", { name: "Clear filters" }).click();
    await page.getByLabel("Text").fill(tenant(7).toUpperCase());
    await count("1 entry shown");
    await page.getByRole("button", { name: "Clear filters" }).click();
    await page.getByLabel("Action").fill("tenant.*");
    await page.getByLabel("Result").selectOption("Refused");
    await entries().getByText("Refused").waitFor();
    expect(await entries().count()).toBe(1);
  });

  it("finds by who it was, under the name that people know, and by time", async () => {
    await page.goto("/audit");
    await page.getByLabel("Who").fill(dashboard.admin.email);
    await page.getByLabel("Action").fill("user.logged_in");
    await entries().getByText(`${dashboard.admin.email} logged in`).first().waitFor();
    const [{ actor } = { actor: "" }] = await dashboard.installation.json<AgentPodEvent[]>("audit", "list", "--type", "user.logged_in");
    expect(actor).toMatch(/^user:/);
    await page.getByLabel("Until").fill("2020-01-01T00:00");
    await page.getByText("No entry fits these filters.").waitFor();
    await page.getByLabel("Until").fill("");
    await page.getByLabel("From").fill("2020-01-01T00:00");
    await entries().first().waitFor();
  });

  it("goes on to older entries, and what happens meanwhile moves nothing until it is asked for", async () => {
    await page.goto("/audit?action=tenant.created&result=ok");
    await page.getByRole("button", { name: "Load older entries" }).click();
    await count(`${many} entries shown`);
    const first = await entries().first().textContent();
    await entries().nth(60).scrollIntoViewIfNeeded();
    const place = () => page.evaluate("window.scrollY");
    const before = await place();
    await dashboard.installation.json("tenant", "create", "newcomer");
    await page.getByRole("button", { name: "Show 1 new entry" }).waitFor();
    expect(await place()).toBe(before);
    expect((await entries().first().textContent())?.slice(0, 40)).toBe(first?.slice(0, 40));
    expect(await entries().count()).toBe(many);
    await page.getByRole("button", { name: "Show 1 new entry" }).click();
    await entries().first().getByText("tenant newcomer created").waitFor();
  });

  it("opens an entry to all that is known of it, in its place", async () => {
    const row = entries().first().getByRole("button");
    await row.focus();
    await page.keyboard.press("Enter");
    expect(await row.getAttribute("aria-expanded")).toBe("true");
    const [event] = await dashboard.installation.json<AgentPodEvent[]>("audit", "list", "--type", "tenant.created", "--tenant", "newcomer");
    await entries()
      .first()
      .getByText(event?.cursor ?? "no cursor", { exact: true })
      .waitFor();
    await entries()
      .first()
      .getByText(event?.actor ?? "no actor")
      .waitFor();
    expect(await seriousFindings(page)).toEqual([]);
  });

  it.each(["csv", "jsonl"] as const)("exports what is filtered as %s, the same as the command", async (format) => {
    await page.goto("/audit?action=tenant.created&result=ok");
    await entries().first().waitFor();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: `Export ${format.toUpperCase()}` }).click(),
    ]);
    expect(download.suggestedFilename()).toBe(`agentpod-audit.${format}`);
    const file = await readFile(await download.path(), "utf8");
    const { stdout } = await dashboard.installation.cli(
      "audit",
      "export",
      "--type",
      "tenant.created",
      "--result",
      "ok",
      "--format",
      format,
    );
    expect(file).toBe(stdout);
    expect(file.trim().split("\n")).toHaveLength(many + 1 + (format === "csv" ? 1 : 0));
  });

  it("sets when entries are archived and where the head is told; what is wrong stands at its field", async () => {
    await page.goto("/audit/chain");
    await page.getByLabel("Archive by itself after days").fill("1");
    await page.getByLabel("Tell the head to this address").fill("not an address");
    await page.getByRole("button", { name: "Save settings" }).click();
    await page.getByLabel("Archive by itself after days").and(page.locator("[aria-invalid=true]")).waitFor();
    await page.getByLabel("Tell the head to this address").and(page.locator("[aria-invalid=true]")).waitFor();
    await page.getByLabel("Archive by itself after days").fill("90");
    await page.getByLabel("Tell the head to this address").fill("");
    await page.getByRole("button", { name: "Save settings" }).click();
    await page.getByText("Audit settings saved.").waitFor();
    const { settings } = await client((api) => api.audit.status());
    expect(settings).toMatchObject({ archiveAfterDays: 90, headWebhook: null });
  });

  it("archives what is old enough, and says when nothing is", async () => {
    await page.getByRole("button", { name: "Archive old entries…" }).click();
    const form = page.getByRole("dialog", { name: "Archive old entries" });
    await form.getByLabel(/^Older than/).fill("1");
    await form.getByRole("button", { name: "Archive", exact: true }).click();
    await form.getByRole("alert").waitFor();
    await form.getByLabel(/^Older than/).fill("365");
    await form.getByRole("button", { name: "Archive", exact: true }).click();
    await page.getByText("No entries are that old.").waitFor();
  });

  it("verifies the chain and says in words that it holds, and where it does not", async () => {
    await page.getByRole("button", { name: "Verify the chain" }).click();
    const found = page.getByRole("dialog", { name: "The chain is intact" });
    await found.getByText(/No entry was edited, removed or put in/).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await found.getByRole("button", { name: "Done" }).click();
    await asOwner(
      dashboard.installation,
      `alter table agentpod.events no force row level security;
       update agentpod.events set actor = 'nobody' where type = 'tenant.created' and tenant = '${tenant(5)}'`,
    );
    await page.getByRole("button", { name: "Verify the chain" }).click();
    const broken = page.getByRole("dialog", { name: "The chain is broken" });
    await broken.getByText(/^Entry \d+ was edited after it was sealed\.$/).waitFor();
    await broken.getByText(/is not as it was when it was sealed/).waitFor();
  });

  it("shows a viewer the entries of their tenant alone, and says why the rest may not be pressed", async () => {
    const { page: theirs, context } = await signedInPerson(dashboard, browser, "viewer@example.com", { [tenant(9)]: "viewer" });
    await theirs.goto("/audit");
    const list = theirs.getByRole("list", { name: "Entries" });
    await list.getByText(`tenant ${tenant(9)} created`).waitFor();
    expect(await list.getByText(tenant(8)).count()).toBe(0);
    await theirs.getByRole("link", { name: "Chain and archive" }).click();
    const verify = theirs.getByRole("button", { name: "Verify the chain" });
    expect(await verify.getAttribute("aria-disabled")).toBe("true");
    await verify.focus();
    await theirs.getByRole("tooltip").getByText("Your role does not include this (platform.read).").waitFor();
    await context.close();
  });

  async function client<T>(work: (api: ReturnType<Dashboard["installation"]["client"]>) => Promise<T>): Promise<T> {
    const api = dashboard.installation.client();
    return work(api).finally(() => api.close());
  }
});
