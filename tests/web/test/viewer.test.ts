import type { PodView } from "@agentpod/core/api/pod-view";
import type { AgentPodEvent } from "@agentpod/core/event";
import { roles } from "@agentpod/core/permission";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { askUpgrade } from "../src/ask-upgrade.ts";
import { browserProgram, launchBrowser } from "../src/browser.ts";
import { type Dashboard, startDashboard } from "../src/dashboard.ts";
import { askApi, type Person, signedInPerson } from "../src/person.ts";

const patient = { timeout: 20_000 };
const api = "/api/v1";

describe.skipIf(browserProgram === null)("P9 P2 P15 who may what", () => {
  let dashboard: Dashboard;
  let browser: Browser;
  let viewer: Person;
  let operator: Person;
  beforeAll(async () => {
    dashboard = await startDashboard("process");
    const { installation } = dashboard;
    for (const tenant of ["acme", "globex"]) {
      await installation.json("tenant", "create", tenant);
      await installation.json("pod", "create", `${tenant}/web`, "--template", "hello", "--wait");
    }
    await installation.json("domain", "add", "acme", "acme.example.org");
    browser = await launchBrowser();
    viewer = await signedInPerson(dashboard, browser, "vera@example.com", { acme: "viewer" });
    operator = await signedInPerson(dashboard, browser, "otto@example.com", { acme: "operator" });
  });
  afterAll(async () => {
    await browser?.close();
    await dashboard?.destroy();
  });
  const pod = (name: string): Promise<PodView> => dashboard.installation.json<PodView>("pod", "status", name);
  const isReady = async (page: Page): Promise<void> => {
    await page.getByRole("heading", { level: 1 }).first().waitFor();
    await expect.poll(() => page.getByRole("status", { name: "Loading" }).count(), patient).toBe(0);
  };

  describe("a viewer looks and does not touch", () => {
    /** Disabled for everybody to know, reachable by keyboard, and saying why. */
    async function isRefused(page: Page, button: Locator): Promise<void> {
      await button.first().waitFor();
      expect(await button.first().getAttribute("aria-disabled")).toBe("true");
      await button.first().focus();
      await page.getByRole("tooltip").getByText(/role/i).first().waitFor();
      await page.keyboard.press("Escape");
    }

    it.each<[string, string[]]>([
      ["/pods", ["New pod"]],
      ["/pods/acme/web", ["Restart", "Stop"]],
      ["/pods/acme/web/routes", ["Add host"]],
      ["/pods/acme/web/environment", ["Save and roll out"]],
      ["/pods/acme/web/backups", ["Back up now"]],
      ["/backups/targets?tenant=acme", ["Add target"]],
      ["/upgrade", ["Upgrade 0 pods"]],
      ["/deployments?tenant=acme", ["Deploy code"]],
      ["/deployments/new?tenant=acme", ["Choose folder", "Choose archive"]],
      ["/tenants", ["New tenant"]],
      ["/domains?tenant=acme", ["Add domain", "Check now", "Remove"]],
      ["/members?tenant=acme", ["Invite"]],
      ["/agents/packages", ["New package"]],
      ["/agents/packages/hello-agent", ["New version"]],
      ["/models?tenant=acme", ["Add provider"]],
      ["/models/keys?tenant=acme", ["Make key"]],
      ["/models/budgets?tenant=acme", ["Set budget"]],
    ])("on %s: %s", async (path, names) => {
      const { page } = viewer;
      await page.goto(path);
      await isReady(page);
      for (const name of names) await isRefused(page, page.locator("#content").getByRole("button", { name, exact: true }));
    });

    it("in a pod's menu, its terminal and in the list of what can be done with many", async () => {
      const { page } = viewer;
      await page.goto("/pods/acme/web/terminal");
      await page.locator("#content").getByText("Your role in this tenant does not include this").first().waitFor();
      await page.goto("/pods/acme/web");
      await page.getByRole("button", { name: "More actions" }).click();
      for (const name of [/^Put to sleep/, /^Delete/])
        expect(await page.getByRole("menuitem", { name }).getAttribute("aria-disabled")).toBe("true");
      await page.keyboard.press("Escape");
      await page.goto("/pods");
      await page.getByRole("checkbox", { name: "Select acme/web" }).check();
      const bar = page.getByRole("region", { name: "Selected pods" });
      for (const name of ["Restart", "Delete"]) await isRefused(page, bar.getByRole("button", { name }));
    });

    it("sees what there is to see: pod, log, events, members", async () => {
      const { page } = viewer;
      await page.goto("/pods/acme/web");
      await page.getByText("All units are ready").waitFor();
      await page.goto("/pods/acme/web/logs");
      await page.getByRole("log").waitFor();
      await page.goto("/events");
      await page.getByText("pod acme/web created").waitFor();
      await page.goto("/members?tenant=acme");
      await page.getByText("otto@example.com").waitFor();
      expect(await page.getByRole("combobox", { name: "Role of otto" }).count()).toBe(0);
    });

    it("makes tokens that look and do not touch either, shown once and ended by their maker", async () => {
      const { page } = viewer;
      await page.goto("/tokens");
      await page.getByRole("button", { name: "New token" }).click();
      const form = page.getByRole("dialog", { name: "New token" });
      await form.getByLabel("Name").fill("Not a name");
      expect(await form.getByLabel("Role").inputValue()).toBe("viewer");
      expect(await form.getByRole("option", { name: /^Operator/ }).isDisabled()).toBe(true);
      await form.getByLabel("Reach").selectOption("acme");
      await form.getByRole("button", { name: "Create token" }).click();
      await form
        .getByRole("alert")
        .getByText(/Expected lower-case letters/)
        .waitFor();
      await form.getByLabel("Name").fill("looker");
      await form.getByLabel("Days until it expires").fill("1");
      await form.getByRole("button", { name: "Create token" }).click();
      const shown = page.getByRole("dialog", { name: "Copy this now" });
      const secret = (await shown.locator("code").textContent()) ?? "";
      const ask = async (method: string, path: string): Promise<number> =>
        (await fetch(`${dashboard.url}${api}${path}`, { method, headers: { authorization: `Bearer ${secret}` } })).status;
      expect(await ask("GET", "/tenants/acme/pods/web")).toBe(200);
      expect(await ask("POST", "/tenants/acme/pods/web/stop")).toBe(403);
      expect(await ask("GET", "/tenants/globex/pods/web")).toBe(404);
      await shown.getByRole("button", { name: "Done" }).click();
      const row = page.getByRole("row", { name: /looker/ });
      await expect.poll(() => row.textContent(), patient).toMatch(new RegExp(`acme.*${roles.viewer.length} permissions`));
      expect(await page.content()).not.toContain(secret);
      await page.reload();
      expect(await row.textContent()).not.toContain(secret);
      await page.getByRole("button", { name: "Delete looker" }).click();
      await page.getByRole("dialog").getByLabel(/^Type/).fill("looker");
      await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
      await page.getByText("Token looker is gone.").waitFor();
      expect(await row.count()).toBe(0);
      expect(await ask("GET", "/tenants/acme/pods/web")).toBe(401);
    });

    it("the API refuses the same, in words, and nothing has changed", async () => {
      const before = await pod("acme/web");
      const refused: [string, string, unknown?][] = [
        ["POST", "/tenants/acme/pods/web/stop"],
        ["POST", "/tenants/acme/pods/web/restart"],
        ["DELETE", "/tenants/acme/pods/web"],
        ["PATCH", "/tenants/acme/pods/web", { inputs: { greeting: "Moin" } }],
        ["POST", "/tenants/acme/pods/web/rollback", { generation: 1 }],
        ["POST", "/tenants/acme/pods", { name: "more", template: "hello" }],
        ["POST", "/tenants/acme/pods/web/terminals", {}],
        ["POST", "/tenants/acme/deployments/shop", { source: `sha256:${"a".repeat(64)}` }],
        ["POST", "/tenants/acme/deployments/shop/hooks", { kind: "github" }],
        ["POST", "/clean-up", {}],
        ["POST", "/tenants/acme/invitations", { role: "viewer" }],
        ["POST", "/tenants/acme/domains", { name: "more.example.org" }],
        ["POST", "/tenants", { name: "more" }],
        ["GET", "/users"],
        ["GET", "/doctor"],
        ["POST", "/tokens", { name: "more", role: "operator", tenant: "acme" }],
      ];
      const answers = await Promise.all(refused.map(async ([method, path, body]) => askApi(viewer.page, method, path, body)));
      expect(answers.map(({ status, text }, i) => [refused[i]?.[1], status, /permission|cannot give/.test(text)])).toEqual(
        refused.map(([, path]) => [path, 403, true]),
      );
      const after = await pod("acme/web");
      expect([after.generation, after.desired, after.phase]).toEqual([before.generation, before.desired, before.phase]);
    });

    it("what a role gives is there as soon as it is given, in the page that is open", async () => {
      const { page } = viewer;
      await page.goto("/pods/acme/web");
      const restart = page.getByRole("button", { name: "Restart" });
      await expect.poll(() => restart.getAttribute("aria-disabled"), patient).toBe("true");
      await dashboard.installation.json("user", "role", viewer.email, "operator", "--tenant", "acme");
      await expect.poll(() => restart.getAttribute("aria-disabled"), patient).toBeNull();
      await dashboard.installation.json("user", "role", viewer.email, "viewer", "--tenant", "acme");
      await expect.poll(() => restart.getAttribute("aria-disabled"), patient).toBe("true");
    });
  });

  describe("an operator of one tenant sees nothing of another", () => {
    it.each(["/", "/pods", "/tenants", "/events", "/members", "/domains", "/tokens", "/certificates"])("on %s", async (path) => {
      const { page } = operator;
      await page.goto(path);
      await isReady(page);
      expect(await page.locator("body").textContent()).not.toMatch(/globex/i);
    });

    it.each(["/pods/globex/web", "/pods/globex/web/logs", "/pods/globex/web/terminal"])(
      "at the address %s there is nothing",
      async (path) => {
        const { page } = operator;
        await page.goto(path);
        await page.getByRole("heading", { name: "Nothing here" }).waitFor();
      },
    );

    it("from the API, by any way to ask", async () => {
      const { id } = await dashboard.installation.json<{ id: string }>("tenant", "status", "globex");
      const asked: [string, string, unknown?][] = [
        ["GET", "/tenants/globex"],
        ["GET", `/tenants/${id}`],
        ["GET", "/tenants/globex/pods/web"],
        ["GET", "/tenants/globex/pods/web/logs"],
        ["GET", "/tenants/globex/pods/web/revisions"],
        ["GET", "/tenants/globex/pods/web/stats"],
        ["GET", "/tenants/globex/pods/web/terminals"],
        ["POST", "/tenants/globex/pods/web/terminals", {}],
        ["POST", "/tenants/globex/pods/web/stop"],
        ["DELETE", "/tenants/globex/pods/web"],
        ["GET", "/tenants/globex/members"],
        ["GET", "/tenants/globex/domains"],
        ["GET", "/tenants/globex/deployments"],
        ["GET", "/tenants/globex/deployments/shop/hooks"],
        ["GET", "/events?tenant=globex"],
      ];
      const answers = await Promise.all(asked.map(([method, path, body]) => askApi(operator.page, method, path, body)));
      expect(answers.map(({ status }, i) => [asked[i]?.[1], status])).toEqual(asked.map(([, path]) => [path, 404]));
      for (const path of ["/pods", "/tenants", "/tenants/acme/members"])
        expect((await askApi(operator.page, "GET", path)).text).not.toContain("globex");
      // What they asked for and were refused is told them in the words that they used themselves.
      const events = JSON.parse((await askApi(operator.page, "GET", "/events")).text) as AgentPodEvent[];
      expect(events.filter((event) => event.result !== "refused" && JSON.stringify(event).includes("globex"))).toEqual([]);
      expect((await pod("globex/web")).desired).toBe("running");
    });

    it("from the event stream: what happens there is told to others alone", async () => {
      const { page } = operator;
      await page.goto("/events");
      await page.getByRole("status").getByText("Live", { exact: true }).waitFor();
      await page.evaluate(async (path) => {
        const response = await fetch(path, { headers: { accept: "text/event-stream" } });
        const reader = (response.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream() as never).getReader();
        const kept = window as unknown as { heard: string };
        kept.heard = "";
        void (async () => {
          for (let part = await reader.read(); !part.done; part = await reader.read()) kept.heard += part.value;
        })();
      }, `${api}/events`);
      await expect.poll(() => page.evaluate("window.heard"), patient).toContain("event: open");
      await dashboard.installation.json("pod", "update", "globex/web", "--input", "greeting=Secret", "--wait");
      await dashboard.installation.json("pod", "update", "acme/web", "--input", "greeting=Moin", "--wait");
      await expect.poll(() => page.evaluate("window.heard"), patient).toContain("pod acme/web updated");
      // Their own attempts were refused before.
      expect(((await page.evaluate("window.heard")) as string).split("\n\n").filter((event) => /globex/.test(event))).toEqual([]);
      await page.getByText("pod acme/web updated").first().waitFor();
    });

    it("through a terminal's WebSocket, whose id they may know", async () => {
      const client = dashboard.installation.client();
      const { id } = await client.terminals.open("globex", "web", { unit: "web" });
      const own = await client.terminals.open("acme", "web", { unit: "web" });
      const open = (tenant: string, terminal: string): Promise<string> =>
        operator.page.evaluate(
          (path) =>
            new Promise<string>((resolve) => {
              const socket = new WebSocket(`ws://${location.host}${path}`);
              socket.onopen = () => resolve("open");
              socket.onerror = () => resolve("refused");
            }),
          `${api}/tenants/${tenant}/pods/web/terminals/${terminal}/attach`,
        );
      expect(await open("globex", id)).toBe("refused");
      expect(await open("acme", id)).toBe("refused");
      expect(await open("acme", own.id)).toBe("open");
      await client.close();
    });
  });

  describe("another site's page cannot act for whoever is signed in", () => {
    /** What the operator's browser sends with every request to AgentPod. */
    const cookie = async (): Promise<string> =>
      (await operator.context.cookies(dashboard.url)).map(({ name, value }) => `${name}=${value}`).join("; ");
    const foreign = () => ["https://evil.example", `http://web-acme.localhost:${new URL(dashboard.url).port}`, "null", undefined];

    it("nor can a pod's page: by its script the request goes out, and nothing comes of it", async () => {
      const page = await operator.context.newPage();
      await page.goto(`http://web-acme.localhost:${new URL(dashboard.url).port}/`);
      await page.evaluate(async (url) => {
        await fetch(url, { method: "POST", mode: "no-cors", credentials: "include" }).catch(() => undefined);
        const form = Object.assign(document.createElement("form"), { method: "post", action: url });
        document.body.append(form);
        form.submit();
      }, `${dashboard.url}${api}/tenants/acme/pods/web/stop`);
      await page.waitForURL(/\/stop$/);
      expect(await page.locator("body").textContent()).toMatch(/unauthenticated|forbidden/);
      expect((await pod("acme/web")).desired).toBe("running");
      await page.close();
    });

    it("and with the cookie itself a change is refused unless it comes from AgentPod's own pages", async () => {
      for (const origin of foreign()) {
        const response = await fetch(`${dashboard.url}${api}/tenants/acme/pods/web/stop`, {
          method: "POST",
          headers: { cookie: await cookie(), ...(origin === undefined ? {} : { origin }) },
        });
        expect([origin, response.status, await response.text()]).toEqual([origin, 403, expect.stringMatching(/site/)]);
      }
      expect((await pod("acme/web")).desired).toBe("running");
      const own = await fetch(`${dashboard.url}${api}/tenants/acme/pods/web/start`, {
        method: "POST",
        headers: { cookie: await cookie(), origin: dashboard.url },
      });
      expect(own.status).toBe(202);
    });

    it("nor open a WebSocket", async () => {
      const client = dashboard.installation.client();
      const { id } = await client.terminals.open("acme", "web", { unit: "web" });
      await client.close();
      const url = `${dashboard.url}${api}/tenants/acme/pods/web/terminals/${id}/attach`;
      for (const origin of foreign())
        expect([origin, await askUpgrade(url, { cookie: await cookie(), ...(origin === undefined ? {} : { origin }) })]).toEqual([
          origin,
          403,
        ]);
      expect(await askUpgrade(url, { origin: dashboard.url })).toBe(401);
      expect(await askUpgrade(url, { cookie: await cookie(), origin: dashboard.url })).toBe(101);
    });
  });
});
