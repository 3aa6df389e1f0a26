import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { AgentPackageView } from "@agentpod/core/api/agent-package-view";
import type { PodView } from "@agentpod/core/api/pod-view";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seriousFindings } from "../src/accessibility.ts";
import { agentTemplate } from "../src/agent-template.ts";
import { browserProgram, launchBrowser } from "../src/browser.ts";
import { type Dashboard, startDashboard } from "../src/dashboard.ts";
import { signedInPerson } from "../src/person.ts";

const minutes = 60_000;
// JSON is YAML, too.
const asYaml = (value: unknown): string => JSON.stringify(value, null, 2);
const patient = { timeout: 3 * minutes };

describe.skipIf(browserProgram === null)("A2 A15 packages and new agents in the dashboard", { timeout: 6 * minutes }, () => {
  let dashboard: Dashboard;
  let browser: Browser;
  let page: Page;
  let folder: string;
  beforeAll(async () => {
    dashboard = await startDashboard("process");
    const { installation } = dashboard;
    await installation.json("tenant", "create", "acme");
    await installation.json("tenant", "create", "globex");
    folder = join(installation.home.root, "support-bot");
    browser = await launchBrowser();
    page = await (await dashboard.signedIn(browser)).newPage();
  }, 15 * minutes);
  afterAll(async () => {
    await browser?.close();
    await dashboard?.destroy();
  });

  const title = { en: "Support bot", zh: "客服机器人" };
  const manifest = { apiVersion: "agentpod/v1", kind: "AgentPackage", name: "support-bot", title, description: title };
  const put = async (path: string, content: string): Promise<void> => {
    await mkdir(join(folder, path, ".."), { recursive: true });
    await writeFile(join(folder, path), content);
  };
  const choose = (): Promise<void> => page.getByLabel("Folder of the package").setInputFiles(folder);
  const versions = (): Promise<AgentPackageView[]> =>
    dashboard.installation.json<AgentPackageView[]>("agent", "package", "versions", "support-bot", "--tenant", "acme");

  it("lists what is shipped, and shows who it is, what it knows and what customers may change", async () => {
    await page.goto("/agents/packages");
    const row = page.getByRole("row", { name: /^Hello agent/ });
    await row.getByText("AgentPod", { exact: true }).waitFor();
    await row.getByText("no agents").waitFor();
    await row.getByRole("link", { name: "Hello agent" }).click();
    await page.getByRole("heading", { name: "Hello agent", level: 1 }).waitFor();
    await page.getByText("workspace/SOUL.md").click();
    await page.getByRole("region", { name: "workspace/SOUL.md" }).waitFor();
    await page.getByText("skills/explain-pods/SKILL.md", { exact: true }).waitFor();
    await page.getByText("knowledge/agentpod.md", { exact: true }).waitFor();
    await page.getByText("channels.telegram", { exact: true }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
  });

  it("what is wrong with a folder is told by file, line and path, and nothing is made", async () => {
    await put("workspace/SOUL.md", "Be kind.\n");
    await put("README.md", "not a part of it\n");
    await page.goto("/agents/packages");
    await page.getByRole("button", { name: "New package" }).click();
    const dialog = page.getByRole("dialog", { name: "New package" });
    await choose();
    await dialog.getByText("There is no agent.yaml in this folder.").waitFor();
    await put("agent.yaml", "name: support-bot\n  wrong: [");
    await choose();
    await dialog
      .getByRole("alert")
      .getByText(/^agent.yaml, line \d/)
      .waitFor();
    await put("agent.yaml", asYaml({ ...manifest, config: { agents: { defualts: {} } } }));
    await choose();
    await dialog.getByText("README.md").waitFor();
    await dialog.getByLabel("For").selectOption("acme");
    await dialog.getByRole("button", { name: "Make version" }).click();
    const problem = dialog.getByRole("alert").getByRole("listitem");
    await problem.getByText(/^agent.yaml, line \d+ · config.agents.defualts$/).waitFor(patient);
    await problem.getByText(/Did you mean defaults\?/).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await expect(versions()).rejects.toThrow(/no template support-bot/);
  });

  it("versions are made of a folder in the browser, and by the command line between them", async () => {
    const dialog = page.getByRole("dialog", { name: "New package" });
    await put("agent.yaml", asYaml({ ...manifest, allow: ["messages"] }));
    await put("skills/greet/SKILL.md", "---\nname: greet\n---\nSay hello.\n");
    await put("skills/greet/hello.sh", "#!/bin/sh\necho hello\n");
    await put(`knowledge/${"long-".repeat(15)}/${"name-".repeat(15)}.md`, "说明\n");
    await choose();
    await dialog.getByText("2 files").waitFor();
    await dialog.getByRole("button", { name: "Make version" }).click();
    await page.getByRole("heading", { name: "Support bot", level: 1 }).waitFor(patient);
    await page.getByText("skills/greet/hello.sh").waitFor();
    expect(new URL(page.url()).searchParams.get("tenant")).toBe("acme");
    const made = await dashboard.installation.cli("agent", "package", "create", folder, "--tenant", "acme", "-o", "json");
    expect(JSON.parse(made.stdout)).toMatchObject({ name: "support-bot", version: 2 });
    await put("skills/greet/hello.sh", "echo hello\n");
    await page.getByRole("button", { name: "New version" }).click();
    await choose();
    await page.getByRole("dialog").getByRole("button", { name: "Make version" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached", timeout: patient.timeout });
    expect(await versions()).toHaveLength(3);
  });

  it("versions stay and can be looked at, with their makers", async () => {
    const list = page.getByRole("list", { name: "Versions" });
    await list.getByRole("listitem").first().getByText("newest").waitFor();
    await list.getByRole("button", { name: "Show version 1" }).click();
    await page.getByText("skills/greet/hello.sh").click();
    await page
      .getByRole("region", { name: "skills/greet/hello.sh" })
      .getByText(/#!\/bin\/sh/)
      .waitFor();
    expect(new URL(page.url()).searchParams.get("version")).toBe("1");
    await list.getByText(dashboard.admin.email).first().waitFor();
  });

  it("a new agent: by form, what is wrong at its field, followed until it answers, and its link is offered once", async () => {
    const client = dashboard.installation.client();
    await client.templates.apply(agentTemplate("support", "Answers customers") as never);
    await client.close();
    await page.goto("/agents");
    await page.getByRole("link", { name: "New agent" }).first().click();
    await page.getByRole("radio", { name: /Answers customers/ }).check({ force: true });
    await page.getByLabel("Tenant").selectOption("acme");
    await page.getByRole("textbox", { name: /^Name/ }).fill("Not A Name");
    await page.getByRole("button", { name: "Create agent" }).click();
    await page.getByRole("textbox", { name: /^Name/ }).and(page.locator("[aria-invalid=true]")).waitFor();
    await page.getByRole("textbox", { name: /^Name/ }).fill("desk");
    await page.getByLabel("Model (llmModel)").fill("m7");
    await page.getByLabel("Tokens a day").fill("5000");
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole("button", { name: "Create agent" }).click();
    await page.getByRole("list", { name: "Progress" }).waitFor();
    await page.getByRole("heading", { name: "Hand it over" }).waitFor(patient);
    expect(await dashboard.installation.json<PodView>("pod", "status", "acme/desk")).toMatchObject({
      phase: "running",
      inputs: { llmModel: "m7" },
    });
    expect(await dashboard.installation.json("llm", "budget", "list", "acme")).toMatchObject([{ pod: "desk", tokensPerDay: 5000 }]);
    await page.getByRole("button", { name: "Make hand-over link" }).click();
    const link = (await page.getByText(/\/hand-over#/).textContent()) ?? "";
    expect(await seriousFindings(page)).toEqual([]);
    const visitor = await (await browser.newContext({ locale: "en-US" })).newPage();
    await visitor.goto(link);
    await visitor.getByRole("heading", { name: "Support" }).waitFor(patient);
    await visitor.context().close();
    await page.reload();
    await page.getByRole("button", { name: "Make hand-over link" }).waitFor(patient);
    expect(await page.content()).not.toContain(link);
  });

  it("a viewer looks, and is told why nothing may be made; another tenant's package is not there", async () => {
    const { page: theirs, context } = await signedInPerson(dashboard, browser, "vera@example.com", { globex: "viewer" });
    await theirs.goto("/agents/packages");
    await theirs.getByRole("row", { name: /^Hello agent/ }).waitFor();
    expect(await theirs.getByText("support-bot").count()).toBe(0);
    expect(await theirs.getByRole("button", { name: "New package" }).getAttribute("aria-disabled")).toBe("true");
    await theirs.goto("/agents/packages/support-bot?tenant=acme");
    await theirs.getByRole("heading", { name: "Nothing here" }).waitFor();
    await theirs.goto("/agents/new?package=hello-agent");
    expect(await theirs.getByRole("button", { name: "Create agent" }).getAttribute("aria-disabled")).toBe("true");
    await context.close();
    await rm(folder, { recursive: true });
  });
});
