import type { OperationView } from "@agentpod/core/api/operation-view";
import type { PodView } from "@agentpod/core/api/pod-view";
import { templateSpec } from "@agentpod/core/template";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seriousFindings } from "../src/accessibility.ts";
import { browserProgram, launchBrowser } from "../src/browser.ts";
import { type Dashboard, startDashboard } from "../src/dashboard.ts";
import { askApi, type Person, signedInPerson } from "../src/person.ts";

const template = (version: number, inputs: object = {}) =>
  templateSpec.parse({
    ...{ apiVersion: "agentpod/v1", kind: "Template", name: "shop" },
    title: { en: "Shop", zh: "商店" },
    description: { en: `version ${version}`, zh: `版本 ${version}` },
    inputs,
    spec: {
      units: [
        {
          ...{ name: "app", image: "shop:1", env: { VERSION: String(version) }, ports: [{ name: "http", container: 80 }] },
          probe: { kind: "http", port: "http", path: "/", intervalSeconds: 1, startSeconds: 30 },
        },
      ],
      routes: [{ unit: "app", port: "http" }],
    },
  });

describe.skipIf(browserProgram === null)("A9 P14 P15 upgrades and operations in the dashboard", { timeout: 900_000 }, () => {
  let dashboard: Dashboard;
  let browser: Browser;
  let page: Page;
  let stranger: Person;
  const patient = { timeout: 240_000 };
  const version = async (pod: string) => (await dashboard.installation.json<PodView>("pod", "status", pod)).template?.version;
  const release = async (number: number, inputs: object = {}): Promise<void> => {
    const client = dashboard.installation.client();
    expect((await client.templates.apply(template(number, inputs))).version).toBe(number);
    await client.close();
  };
  const shownOperation = (): Promise<OperationView> =>
    dashboard.installation.json<OperationView>("operation", "show", new URL(page.url()).pathname.split("/")[2] ?? "");
  beforeAll(async () => {
    dashboard = await startDashboard("memory");
    const { installation } = dashboard;
    await release(1);
    for (const tenant of ["acme", "globex"]) await installation.json("tenant", "create", tenant);
    for (const pod of ["acme/a", "acme/b", "globex/c"]) await installation.json("pod", "create", pod, "--template", "shop", "--wait");
    await release(2);
    browser = await launchBrowser();
    page = await (await dashboard.signedIn(browser)).newPage();
    page.setDefaultTimeout(240_000);
    stranger = await signedInPerson(dashboard, browser, "otto@example.com", { globex: "operator" });
  }, 900_000);
  afterAll(async () => {
    await browser?.close();
    await dashboard?.destroy();
  });

  it("there are none at first, and the sidebar leads to them", async () => {
    await page.goto("/");
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Operations" }).click();
    await page.getByRole("heading", { name: "No operations yet" }).waitFor();
  });

  it("the plan says what becomes of each pod before anything does, and one tenant's are upgraded", async () => {
    await page.goto("/upgrade");
    await page.getByText("To be upgraded: 3. There already: 0. Left alone: 0. In the way: 0.").waitFor();
    await page.getByLabel("Those of a tenant").check();
    await page.getByLabel("Tenant", { exact: true }).selectOption("acme");
    await page.getByText("To be upgraded: 2.").waitFor();
    const row = page.getByRole("list", { name: "Plan" }).getByRole("listitem").filter({ hasText: "acme/a" });
    expect(await row.textContent()).toMatch(/shop.*Upgraded.*1 → 2.*no volumes backed up/);
    expect(await seriousFindings(page)).toEqual([]);
    expect(await version("acme/a")).toBe(1);
    await page.getByLabel("At once").fill("2");
    await page.getByLabel("Healthy for").fill("1");
    await page.getByRole("button", { name: "Upgrade 2 pods" }).click();
    await page.waitForURL(/\/operations\/[0-9a-f-]{36}$/);
    await page
      .getByRole("heading", { name: /Upgrade of pods/ })
      .getByText("Done")
      .waitFor();
    await expect
      .poll(() => page.getByRole("region", { name: "What came of each pod" }).textContent(), patient)
      .toMatch(/acme\/a1 → 2Upgraded.*acme\/b1 → 2Upgraded/);
    expect((await shownOperation()).input).toMatchObject({ atOnce: 2, settleSeconds: 1 });
    expect([await version("acme/a"), await version("acme/b"), await version("globex/c")]).toEqual([2, 2, 1]);
    expect(await seriousFindings(page)).toEqual([]);
  });

  it("a pod that cannot be upgraded says why, and is left out", async () => {
    await page.goto("/upgrade?pods=acme/a,globex/c");
    await page.getByText("To be upgraded: 1. There already: 1.").waitFor();
    await release(3, { size: { type: "integer", minimum: 1 } });
    // Without a reload: the plan is that of now.
    await page.getByText("In the way: 2.").waitFor();
    await page.getByText("inputs.size: expected a value, for it has no default").first().waitFor();
    const begin = page.getByRole("button", { name: /^Upgrade \d pods?$/ });
    expect(await begin.getAttribute("aria-disabled")).toBe("true");
    await page.getByLabel("To version").selectOption("2");
    await page.getByText("To be upgraded: 1. There already: 1.").waitFor();
    await page.getByLabel("Healthy for").fill("1");
    await begin.click();
    await page
      .getByRole("heading", { name: /Upgrade of pods/ })
      .getByText("Done")
      .waitFor();
    expect(await version("globex/c")).toBe(2);
  });

  it("one is cancelled after a question: what was begun is finished, nothing else is begun", async () => {
    await release(4);
    await page.goto("/upgrade?tenant=acme");
    await page.getByText("To be upgraded: 2.").waitFor();
    await page.getByLabel("Healthy for").fill("12");
    await page.getByRole("button", { name: "Upgrade 2 pods" }).click();
    await page.waitForURL(/\/operations\//);
    const id = new URL(page.url()).pathname.split("/")[2] ?? "";
    await page
      .getByRole("listitem")
      .filter({ hasText: /healthy/i })
      .first()
      .waitFor();
    // What is another tenant's is nobody else's to see or end.
    await stranger.page.goto(`/operations/${id}`);
    await stranger.page.getByRole("heading", { name: "Nothing here" }).waitFor();
    expect((await askApi(stranger.page, "POST", `/operations/${id}/cancel`, {})).status).toBe(404);
    await page.getByRole("button", { name: "Cancel operation" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("Pods that were begun are finished").waitFor();
    await dialog.getByRole("button", { name: "Cancel operation" }).click();
    await page
      .getByRole("heading", { name: /Upgrade of pods/ })
      .getByText("Cancelled")
      .waitFor();
    await page.getByRole("row", { name: /acme\/b.*Not begun/ }).waitFor();
    expect([await version("acme/a"), await version("acme/b")]).toEqual([4, 2]);
    expect(await page.getByRole("button", { name: "Cancel operation" }).count()).toBe(0);
  });

  it("the list has them all, by state and by tenant; an operator sees their own tenant's alone", async () => {
    await page.goto("/operations");
    await expect.poll(() => page.getByRole("list", { name: "Operations" }).getByRole("listitem").count(), patient).toBe(3);
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByLabel("State").selectOption("cancelled");
    await expect.poll(() => page.getByRole("list", { name: "Operations" }).getByRole("listitem").count(), patient).toBe(1);
    await page.getByLabel("Tenant").selectOption("globex");
    await page.getByRole("heading", { name: "Nothing matches" }).waitFor();
    await stranger.page.goto("/operations");
    await stranger.page.getByRole("heading", { level: 1, name: "Operations" }).waitFor();
    await expect.poll(() => stranger.page.getByRole("status", { name: "Loading" }).count(), patient).toBe(0);
    expect(await stranger.page.locator("body").textContent()).not.toMatch(/acme/);
  });
});
