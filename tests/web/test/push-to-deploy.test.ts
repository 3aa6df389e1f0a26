import { execFile, execFileSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HookView } from "@agentpod/core/api/deployment-hook-view";
import { root } from "@agentpod/e2e/installation";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seriousFindings } from "../src/accessibility.ts";
import { browserProgram, launchBrowser } from "../src/browser.ts";
import { type Dashboard, startDashboard } from "../src/dashboard.ts";
import { askApi, signedInPerson } from "../src/person.ts";

const patient = { timeout: 240_000 };
const who = ["-c", "user.name=T", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main", "-c", "commit.gpgsign=false"];

describe.skipIf(browserProgram === null)("C9 P15 pushes that deploy, in the dashboard", { timeout: 900_000 }, () => {
  let dashboard: Dashboard;
  let browser: Browser;
  let page: Page;
  let work: string;

  beforeAll(async () => {
    work = await mkdtemp(join(tmpdir(), "agentpod-push-"));
    await cp(join(root, "examples/static"), work, { recursive: true });
    for (const argv of [
      ["init", "--quiet"],
      ["add", "--all"],
      ["commit", "--quiet", "-m", "first"],
    ])
      execFileSync("git", [...who, ...argv], { cwd: work, stdio: "ignore" });
    dashboard = await startDashboard("process");
    for (const tenant of ["acme", "globex"]) await dashboard.installation.json("tenant", "create", tenant);
    browser = await launchBrowser();
    page = await (await dashboard.signedIn(browser)).newPage();
    page.setDefaultTimeout(240_000);
  }, 900_000);
  afterAll(async () => {
    await browser?.close();
    await dashboard?.destroy();
    await rm(work, { recursive: true, force: true });
  }, 600_000);

  const heading = (text: string) => page.getByRole("heading", { level: 1 }).getByText(text, { exact: true });
  const hooks = () => page.getByRole("list", { name: "Hooks" });
  const listed = (): Promise<HookView[]> => dashboard.installation.json<HookView[]>("deployment", "hook", "list", "acme/site");
  const dialog = () => page.getByRole("dialog");

  /** Pushes to an address as git does that asks for a password and is given this one. */
  const push = (address: string, secret: string): Promise<{ code: number; said: string }> => {
    const remote = address.replace("://", `://me:${secret}@`);
    const env = { PATH: process.env.PATH ?? "", HOME: work, GIT_TERMINAL_PROMPT: "0", GIT_CONFIG_NOSYSTEM: "1" };
    return new Promise((resolve) => {
      execFile("git", ["push", remote, "main"], { cwd: work, env }, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code), said: `${stdout}${stderr}` }),
      );
    });
  };
  let commit = "";

  it("the commands and a token of the page make an application that was not there, which the page then leads to", async () => {
    await page.goto("/deployments/new?tenant=acme");
    await page.getByLabel("A git push from your computer").check();
    await page.getByLabel("Name *", { exact: true }).fill("site");
    await page.getByRole("button", { name: "Show the commands" }).click();
    const shown = (await page.getByText(/^git remote add agentpod /).textContent()) ?? "";
    const address = shown.split(" ").at(-1) ?? "";
    expect(new URL(address)).toMatchObject({ pathname: "/git/acme/site.git", username: "", password: "" });
    await page.getByText("git push agentpod main", { exact: true }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole("button", { name: "Make a token" }).click();
    expect(await dialog().getByLabel("Name").inputValue()).toBe("push-site");
    expect(await dialog().getByLabel("Reach").inputValue()).toBe("acme");
    expect(await dialog().getByLabel("Role").inputValue()).toBe("operator");
    await dialog().getByRole("button", { name: "Create token" }).click();
    const secret = (await page.getByRole("dialog", { name: "Copy this now" }).locator("code").textContent()) ?? "";
    await dialog().getByRole("button", { name: "Done" }).click();
    const { code, said } = await push(address, secret);
    expect([code, said]).toEqual([0, expect.stringMatching(/remote: Deployment 1: It serves at http/)]);
    await page.getByRole("region", { name: "Deployment 1" }).getByRole("link", { name: "Watch" }).click();
    await page.waitForURL(/\/deployments\/acme\/site\/1$/);
    await heading("Succeeded").waitFor();
    expect((await dashboard.installation.get("site-acme.localhost")).body).toContain("It works");
  });

  it("the application's page tells its branch and what was last pushed", async () => {
    commit = execFileSync("git", ["rev-parse", "HEAD"], { cwd: work, encoding: "utf8" }).trim();
    await page.getByRole("link", { name: "All deployments" }).click();
    await page.getByRole("navigation", { name: "acme/site" }).getByRole("link", { name: "Push to deploy" }).click();
    await page.getByText(commit.slice(0, 12), { exact: true }).waitFor();
    await page.getByRole("heading", { name: "No hooks" }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
  });

  let address = "";
  let secret = "";

  it("a hook is made by its form, what is wrong at its field; its secret is shown once", async () => {
    await page.getByRole("button", { name: "New hook" }).click();
    await dialog().getByLabel("Who tells of pushes").selectOption("generic");
    await dialog().getByLabel("Branch").fill("main;id");
    await dialog().getByLabel("Repository").fill("https://127.0.0.1/team/site.git");
    await dialog().getByRole("button", { name: "Make hook" }).click();
    await dialog().getByLabel("Branch").and(page.locator("[aria-invalid=true]")).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await dialog().getByLabel("Branch").fill("main");
    await dialog().getByLabel("Access").selectOption("token");
    await dialog().getByLabel("Token", { exact: false }).fill("a-read-token");
    await dialog().getByRole("button", { name: "Make hook" }).click();
    const made = page.getByRole("dialog", { name: "Copy this now" });
    address = (await made.getByRole("region", { name: "Address" }).locator("code").textContent()) ?? "";
    secret = (await made.getByRole("region", { name: "Secret" }).locator("code").textContent()) ?? "";
    await made
      .getByRole("region", { name: "Script" })
      .getByText(/X-AgentPod-Signature/)
      .waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await made.getByRole("button", { name: "Done" }).click();
    await hooks().getByText("It was never called.").waitFor();
    await hooks().getByText("Another program").waitFor();
    expect(await listed()).toMatchObject([{ kind: "generic", branch: "main", address }]);
    for (const word of [secret, "a-read-token"]) expect(await page.content()).not.toContain(word);
  });

  /** As the script of the page signs it. */
  const call = async (branch: string, key: string, headers: Record<string, string> = {}): Promise<number> => {
    const body = JSON.stringify({ ref: `refs/heads/${branch}`, after: commit });
    const t = Math.floor(Date.now() / 1000);
    const v1 = createHmac("sha256", key).update(`${t}.${body}`).digest("hex");
    const signed = { "x-agentpod-signature": `t=${t},v1=${v1}`, ...headers };
    return (await fetch(address, { method: "POST", headers: signed, body })).status;
  };

  it("what it is told shows without a reload: reached, not for it, failed with the reason, and who came without the secret", async () => {
    expect(await call("main", secret, { "x-agentpod-event": "ping" })).toBe(202);
    await hooks().getByText("Reached", { exact: true }).waitFor();
    expect(await call("other", secret)).toBe(202);
    await hooks().getByText("Not for it", { exact: true }).waitFor();
    expect(await call("main", "not-the-secret")).toBe(401);
    await hooks()
      .getByText(/^Somebody came without its secret/)
      .waitFor();
    expect(await call("main", secret)).toBe(202);
    await hooks().getByText("Failed", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Deliveries for main" }).click();
    const rows = page.getByRole("region", { name: "Deliveries for main" }).getByRole("row");
    await rows.filter({ hasText: "Only pushes to main are deployed." }).waitFor();
    await expect.poll(() => rows.count(), patient).toBe(4);
    expect(await rows.nth(1).textContent()).toMatch(/Failed.*127\.0\.0\.1/);
    expect(await seriousFindings(page)).toEqual([]);
  });

  it("a viewer sees where pushes go and changes nothing; another tenant's people see none of it", async () => {
    const viewer = await signedInPerson(dashboard, browser, "vera@example.com", { acme: "viewer" });
    await viewer.page.goto("/deployments/acme/site/push");
    await viewer.page.getByText(address, { exact: true }).waitFor(patient);
    for (const name of ["Make a token", "New hook", /^Delete the hook/])
      expect(await viewer.page.getByRole("button", { name }).getAttribute("aria-disabled")).toBe("true");
    const [hook] = await listed();
    const at = "/tenants/acme/deployments/site/hooks";
    expect((await askApi(viewer.page, "POST", at, { kind: "github" })).status).toBe(403);
    expect((await askApi(viewer.page, "DELETE", `${at}/${hook?.id}`)).status).toBe(403);
    await viewer.context.close();
    const stranger = await signedInPerson(dashboard, browser, "otto@example.com", { globex: "owner" });
    await stranger.page.goto("/deployments/acme/site/push");
    await stranger.page.getByRole("heading", { name: "Nothing here" }).waitFor(patient);
    expect((await askApi(stranger.page, "GET", at)).status).toBe(404);
    await stranger.context.close();
  });

  it("is deleted once its branch was typed, and worth nothing then", async () => {
    await page.getByRole("button", { name: "Delete the hook of Another program for main" }).click();
    expect(await dialog().getByRole("button", { name: "Delete" }).isDisabled()).toBe(true);
    await dialog().getByLabel(/^Type/).fill("main");
    // Pressed again where this machine's network changed meanwhile: the question stays until it was answered.
    await expect
      .poll(async () => {
        const press = dialog().getByRole("button", { name: "Delete" });
        if ((await press.count()) > 0) await press.click({ timeout: 5000 }).catch(() => undefined);
        return page.getByRole("heading", { name: "No hooks" }).isVisible();
      }, patient)
      .toBe(true);
    expect(await listed()).toEqual([]);
    expect(await call("main", secret)).toBe(401);
  });
});
