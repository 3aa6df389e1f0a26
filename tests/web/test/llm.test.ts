import type { LlmBudgetView, LlmKeyView, LlmProviderView } from "@agentpod/core/api/llm-view";
import { type OpenAiStandIn, openAiStandIn } from "@agentpod/e2e/openai-stand-in";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seriousFindings } from "../src/accessibility.ts";
import { browserProgram, launchBrowser } from "../src/browser.ts";
import { type Dashboard, startDashboard } from "../src/dashboard.ts";
import { signedInPerson } from "../src/person.ts";

const minutes = 60_000;
const patient = { timeout: 2 * minutes };
const providerKey = "sk-provider-key-of-the-developer";

describe.skipIf(browserProgram === null)("P24 P15 models in the dashboard", { timeout: 5 * minutes }, () => {
  let dashboard: Dashboard;
  let provider: OpenAiStandIn;
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    provider = await openAiStandIn(providerKey, "Pong from the model");
    dashboard = await startDashboard("memory", { AGENTPOD_OUTBOUND_ALLOW: "127.0.0.1/32" });
    for (const tenant of ["acme", "globex"]) await dashboard.installation.json("tenant", "create", tenant);
    browser = await launchBrowser();
    page = await (await dashboard.signedIn(browser)).newPage();
  }, 15 * minutes);
  afterAll(async () => {
    await browser?.close();
    await dashboard?.destroy();
    await provider?.close();
  });
  const tab = (name: string): Promise<void> => page.getByRole("navigation", { name: "Models" }).getByRole("link", { name }).click();
  const providers = (): Promise<LlmProviderView[]> => dashboard.installation.json<LlmProviderView[]>("llm", "provider", "list");
  const keys = (): Promise<LlmKeyView[]> => dashboard.installation.json<LlmKeyView[]>("llm", "key", "list", "acme");
  const budgets = (): Promise<LlmBudgetView[]> => dashboard.installation.json<LlmBudgetView[]>("llm", "budget", "list", "acme");
  const ask = async (key: string): Promise<number> => {
    const response = await fetch(`${dashboard.url}/llm/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify({ model: "m1", max_tokens: 10, messages: [{ role: "user", content: "Ping?" }] }),
    });
    await response.text();
    return response.status;
  };
  let secret = "";

  it("a provider is added by its form, what is wrong at its field, and its key is seen no more", async () => {
    await page.goto("/models");
    await page.getByRole("heading", { name: "No providers yet" }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole("button", { name: "Add provider" }).click();
    const form = page.getByRole("dialog", { name: "Add provider" });
    await form.getByLabel(/^Name(?! of)/).fill("stand-in");
    await form.getByLabel(/^Address/).fill("ftp://example.com");
    await form.getByLabel(/^Key/).fill("sk-wrong");
    await form.getByLabel("Name of model 1", { exact: true }).fill("m1");
    await form.getByLabel("Price of Input, model 1").fill("2");
    await form.getByLabel("Price of Output, model 1").fill("10");
    await form.getByRole("button", { name: "Add provider" }).click();
    await form
      .getByLabel(/^Address/)
      .and(page.locator("[aria-invalid=true]"))
      .waitFor(patient);
    expect(await seriousFindings(page)).toEqual([]);
    await form.getByLabel(/^Address/).fill(provider.baseUrl);
    await form.getByRole("button", { name: "Add provider" }).click();
    await form.waitFor({ state: "detached", timeout: patient.timeout });
    await page.getByText("2 in, 10 out").waitFor();
    expect(await providers()).toMatchObject([
      { name: "stand-in", dialect: "openai", models: [{ name: "m1", price: { input: 2, output: 10 } }] },
    ]);
    expect(await page.content()).not.toContain("sk-wrong");
  });

  it("is tested with its key: refused, changed, taken", async () => {
    await page.getByRole("button", { name: "Test stand-in" }).click();
    await page.getByRole("alert").getByText("The provider refuses the key.").waitFor(patient);
    await page.getByRole("button", { name: "Edit stand-in" }).click();
    const form = page.getByRole("dialog", { name: "Provider stand-in" });
    await form.getByLabel(/^Key/).fill(providerKey);
    await form.getByRole("button", { name: "Add model" }).click();
    await form.getByLabel("Name of model 2", { exact: true }).fill("*");
    await form.getByRole("button", { name: "Save" }).click();
    await page.getByText("Provider stand-in is changed.").waitFor(patient);
    await page.getByRole("button", { name: "Test stand-in" }).click();
    await page.getByText("The provider takes the key and has the models.").waitFor(patient);
    expect(await page.content()).not.toContain(providerKey);
  });

  it("a key is made and shown once, rotated, and revoked by its name", async () => {
    await tab("Keys");
    await page.getByRole("button", { name: "Make key" }).click();
    await page.getByRole("dialog", { name: "Make key" }).getByLabel(/^Name/).fill("ci");
    await page.getByRole("dialog", { name: "Make key" }).getByRole("button", { name: "Make key" }).click();
    const shown = page.getByRole("dialog", { name: "Copy this now" });
    secret = (await shown.locator("code").textContent(patient)) ?? "";
    await shown.getByRole("button", { name: "Done" }).click();
    expect(await page.content()).not.toContain(secret);
    expect(await ask(secret)).toBe(200);
    await page.getByRole("button", { name: "Rotate the key of ci" }).click();
    const asked = page.getByRole("dialog");
    await asked.getByLabel(/^Type/).fill("ci");
    await asked.getByRole("button", { name: "Rotate" }).click();
    const next = (await shown.locator("code").textContent(patient)) ?? "";
    await shown.getByRole("button", { name: "Done" }).click();
    expect([next === secret, await ask(secret), await ask(next)]).toEqual([false, 401, 200]);
    secret = next;
    expect((await keys()).map(({ name, revokedAt }) => [name, revokedAt === null])).toEqual([
      ["ci", false],
      ["ci", true],
    ]);
    await page.getByLabel("Show revoked keys, too").check();
    expect(await page.getByRole("row", { name: /^ci/ }).count()).toBe(2);
    expect(await seriousFindings(page)).toEqual([]);
  });

  it("a budget shows what is used of it, and stops calls at its end", async () => {
    await tab("Budgets");
    await page.getByRole("button", { name: "Set budget" }).click();
    const form = page.getByRole("dialog", { name: "Set budget" });
    await form.getByRole("button", { name: "Save" }).click();
    await form.getByRole("alert").first().waitFor(patient);
    await form.getByLabel("Tokens a day").fill("4000");
    await form.getByLabel("Warn at percent").fill("50");
    await form.getByRole("button", { name: "Save" }).click();
    await page.getByText("2,100 of 4,000 tokens today").waitFor(patient);
    await page.getByText("nears its end", { exact: true }).waitFor();
    expect(await page.getByRole("progressbar").getAttribute("aria-valuenow")).toBe("53");
    expect(await budgets()).toMatchObject([{ pod: null, tokensPerDay: 4000, warnPercent: 50, moneyPerMonth: null }]);
    await page.getByRole("button", { name: "Edit acme" }).click();
    await page.getByRole("dialog", { name: "Set budget" }).getByLabel("Tokens a day").fill("2000");
    await page.getByRole("dialog", { name: "Set budget" }).getByRole("button", { name: "Save" }).click();
    await page.getByText("used up: calls are refused").waitFor(patient);
    expect(await ask(secret)).toBe(429);
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole("button", { name: "Remove acme" }).click();
    await page.getByRole("dialog").getByLabel(/^Type/).fill("acme");
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await page.getByRole("heading", { name: "No budgets yet" }).waitFor(patient);
  });

  it("usage is told by day, model, pod and tenant, with charts, and as CSV", async () => {
    await tab("Usage");
    await page.getByRole("slider", { name: "Tokens by day" }).waitFor(patient);
    const row = page.getByRole("table").getByRole("row", { name: /^m1/ });
    expect(await row.textContent()).toMatch(/^m12.*2,000.*100.*0\.005/);
    await page.getByLabel("Sums").selectOption("By pod");
    await page
      .getByRole("row", { name: /^key ci/ })
      .first()
      .waitFor(patient);
    await page.getByLabel("Whose").selectOption("globex");
    await page.getByRole("heading", { name: "Nothing was asked yet" }).waitFor(patient);
    await page.getByLabel("Whose").selectOption("acme");
    await page.getByLabel("Sums").selectOption("By day");
    const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Download CSV" }).click()]);
    const csv = await (await fetch(`${dashboard.url}${new URL(file.url()).pathname}`)).status;
    expect([csv, file.suggestedFilename(), await file.failure()]).toEqual([401, "agentpod-usage.csv", null]);
    expect(await seriousFindings(page)).toEqual([]);
  });

  it("a viewer looks at all of it and may change nothing; keys are revoked and providers removed by name", async () => {
    const { page: theirs, context } = await signedInPerson(dashboard, browser, "vera@example.com", { acme: "viewer" });
    await theirs.goto("/models");
    expect(await theirs.getByRole("button", { name: "Add provider" }).first().getAttribute("aria-disabled")).toBe("true");
    await theirs.goto("/models/keys");
    await theirs.getByRole("button", { name: "Revoke the key of ci" }).waitFor(patient);
    expect(await theirs.getByRole("button", { name: "Revoke the key of ci" }).getAttribute("aria-disabled")).toBe("true");
    await context.close();
    await tab("Keys");
    await page.getByRole("button", { name: "Revoke the key of ci" }).click();
    await page.getByRole("dialog").getByLabel(/^Type/).fill("ci");
    await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
    await expect.poll(() => ask(secret), patient).toBe(401);
    await tab("Providers");
    await page.getByLabel("Whose").selectOption("");
    await page.getByRole("button", { name: "Remove stand-in" }).click();
    await page.getByRole("dialog").getByLabel(/^Type/).fill("stand-in");
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await page.getByRole("heading", { name: "No providers yet" }).waitFor(patient);
    expect(await providers()).toEqual([]);
  });
});
