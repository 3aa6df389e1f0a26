import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Knot, knotKey, knotProgram, startKnot } from "@agentpod/dns/testing/start-knot";
import { answering, nodePod } from "@agentpod/e2e/node-unit";
import { type CaddyProcess, startCaddy } from "@agentpod/gateways/testing/start-caddy";
import { freePort } from "@agentpod/host/free-port";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seriousFindings } from "../src/accessibility.ts";
import { browserProgram, launchBrowser } from "../src/browser.ts";
import { type Dashboard, startDashboard } from "../src/dashboard.ts";

describe.skipIf(browserProgram === null)("P15 what an admin sets", { timeout: 60_000 }, () => {
  let dashboard: Dashboard;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let here: string;
  const client = () => dashboard.installation.client();

  beforeAll(async () => {
    here = await mkdtemp(join(tmpdir(), "agentpod-settings-"));
    dashboard = await startDashboard("process", {
      // The name server of these tests is on this machine.
      AGENTPOD_OUTBOUND_ALLOW: "127.0.0.0/8",
      AGENTPOD_OIDC_ISSUER: "https://id.example.com",
      AGENTPOD_OIDC_CLIENT_ID: "agentpod-client",
      AGENTPOD_OIDC_CLIENT_SECRET: "the-oidc-secret",
      AGENTPOD_OIDC_NAME: "Example Inc",
    });
    await dashboard.installation.json("tenant", "create", "demo", "--pods", "2");
    await dashboard.installation.json("tenant", "create", "acme");
    browser = await launchBrowser();
    context = await dashboard.signedIn(browser);
    page = await context.newPage();
  }, 240_000);
  afterAll(async () => {
    await browser?.close();
    await dashboard?.destroy();
    await rm(here, { recursive: true, force: true });
  });

  it("the facts of the installation, and who vouches for its users; no secret among them (P9)", async () => {
    await page.goto("/");
    await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press(",");
    await page.getByRole("heading", { name: "Settings", level: 1 }).waitFor();
    await page.getByText(dashboard.url, { exact: true }).waitFor();
    await page.getByText(/^process · /).waitFor();
    await page.getByRole("heading", { name: "Example Inc" }).waitFor();
    await page.getByText("agentpod-client").waitFor();
    await page.getByText(`${dashboard.url}/api/auth/callback/oidc`).waitFor();
    expect(await page.content()).not.toContain("the-oidc-secret");
    expect(await seriousFindings(page)).toEqual([]);
  });

  it("registration and visitors (P9): saved, as the command line has it, and what is wrong stands at its field", async () => {
    await page.getByRole("navigation", { name: "Settings" }).getByRole("link", { name: "Access" }).click();
    expect(await page.getByRole("radio", { name: /^Closed/ }).isChecked()).toBe(true);
    await page.getByRole("radio", { name: /^Open/ }).check();
    await page.getByRole("checkbox", { name: /Visitors may deploy/ }).check();
    expect(await page.getByRole("option", { name: "acme (no limit of pods)" }).isDisabled()).toBe(true);
    await page.getByLabel("Tenant for visitors").selectOption("demo");
    await page.getByLabel("Minutes until it ends").fill("soon");
    await page.getByRole("button", { name: "Save" }).click();
    await page.locator("form").getByRole("alert").first().waitFor();
    expect(await page.getByLabel("Minutes until it ends").getAttribute("aria-invalid")).toBe("true");
    expect((await client().access.get()).guests).toBe(null);
    await page.getByRole("checkbox", { name: /^Hello(?! agent)/ }).check();
    await page.getByLabel("Minutes until it ends").fill("90");
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("status").getByText("Saved.").waitFor();
    expect(await client().access.get()).toEqual({
      registration: "open",
      guests: { tenant: "demo", templates: ["hello"], ttlSeconds: 5400, perHour: 3 },
    });
    await client().access.set({ registration: "closed", guests: null });
    // What another admin has changed shows by itself.
    await expect.poll(() => page.getByRole("radio", { name: /^Closed/ }).isChecked(), { timeout: 10_000 }).toBe(true);
  });

  it("a gateway in front (P7): Caddy comes into use by its name, and goes again", async () => {
    const caddy: CaddyProcess = await startCaddy(here);
    try {
      const port = await freePort();
      await page.getByRole("navigation", { name: "Settings" }).getByRole("link", { name: "Gateway" }).click();
      await page.getByRole("radio", { name: /^Caddy/ }).check();
      await page.getByLabel("Caddy’s admin API").fill("http://192.0.2.7:2019");
      await page.getByRole("button", { name: "Use this gateway" }).click();
      const dialog = page.getByRole("dialog", { name: "Use: Caddy in front?" });
      expect(await dialog.getByRole("button", { name: "Use this gateway" }).isDisabled()).toBe(true);
      await dialog.getByLabel("Type caddy to confirm").fill("caddy");
      await dialog.getByRole("button", { name: "Use this gateway" }).click();
      await page.locator("form").getByRole("alert").first().waitFor();
      expect(await page.getByLabel("Caddy’s admin API").getAttribute("aria-invalid")).toBe("true");
      expect((await client().gateway.view()).inUse.kind).toBe("embedded");
      await page.getByLabel("Caddy’s admin API").fill(caddy.admin);
      await page.getByLabel("HTTP listens at").fill(`127.0.0.1:${port}`);
      await page.getByLabel("HTTPS listens at").fill("");
      await page.getByRole("button", { name: "Use this gateway" }).click();
      await dialog.getByLabel("Type caddy to confirm").fill("caddy");
      await dialog.getByRole("button", { name: "Use this gateway" }).click();
      await page.getByRole("status").getByText("In use now: Caddy in front.").waitFor();
      expect((await client().gateway.view()).inUse).toEqual({ kind: "caddy", admin: caddy.admin, http: `127.0.0.1:${port}`, https: null });
      await page.getByText("Serves.").waitFor();
      await page.getByRole("radio", { name: /^The embedded gateway/ }).check();
      await page.getByRole("button", { name: "Use this gateway" }).click();
      await page.getByLabel("Type embedded to confirm").fill("embedded");
      await page.getByRole("dialog").getByRole("button", { name: "Use this gateway" }).click();
      await expect.poll(async () => (await client().gateway.view()).inUse.kind, { timeout: 20_000 }).toBe("embedded");
    } finally {
      await caddy.kill();
    }
  });

  it("Traefik is waited for, and its token is shown once", async () => {
    await page.goto("/settings/gateway");
    await page.getByRole("radio", { name: /^Traefik/ }).check();
    await page.getByRole("button", { name: "Use this gateway" }).click();
    await page.getByLabel("Type traefik to confirm").fill("traefik");
    await page.getByRole("dialog").getByRole("button", { name: "Use this gateway" }).click();
    const shown = page.getByRole("region", { name: "Add this to Traefik’s static configuration" });
    expect(await shown.textContent()).toMatch(/Authorization: Bearer \S{20,}/);
    await page.getByText("Traefik in front: it comes into use once").waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.reload();
    await page.getByText("Traefik in front: it comes into use once").waitFor();
    expect(await page.content()).not.toContain("Bearer");
    await dashboard.installation.json("gateway", "use", "embedded", "--yes");
  });

  it.skipIf(knotProgram === null)(
    "a DNS provider (P7): tried by a real name server, listed without its secret, removed by its name",
    async () => {
      const knot: Knot = await startKnot({ zones: { "shop.example": [] } });
      try {
        await page.goto("/dns-providers");
        await page.getByRole("heading", { name: "No DNS providers yet" }).waitFor();
        await page.getByLabel("Whose").selectOption("acme");
        await page.getByRole("button", { name: "Add a provider" }).click();
        const dialog = page.getByRole("dialog", { name: "Add a DNS provider for acme" });
        // Each service asks for its own.
        await dialog.getByLabel("Service").selectOption({ label: "Cloudflare" });
        await dialog.getByLabel("API token").waitFor();
        expect(await dialog.getByLabel("TSIG secret").count()).toBe(0);
        await dialog.getByLabel("Service").selectOption({ label: "RFC 2136 (BIND, Knot, PowerDNS)" });
        await dialog.getByRole("textbox", { name: "Name", exact: true }).fill("ns1");
        await dialog.getByLabel("Zones").fill("shop.example");
        await dialog.getByLabel("Primary name server").fill(knot.server);
        await dialog.getByLabel("TSIG key name").fill(knotKey.name);
        await dialog.getByRole("button", { name: "Add a provider" }).click();
        await dialog.getByRole("alert").first().waitFor();
        expect(await dialog.getByLabel("TSIG secret").getAttribute("aria-invalid")).toBe("true");
        await dialog.getByLabel("TSIG secret").fill("d3JvbmctYnV0LWJhc2U2NA==");
        await dialog.getByRole("button", { name: "Add a provider" }).click();
        await expect.poll(() => dialog.getByRole("alert").last().textContent(), { timeout: 20_000 }).toMatch(/key|TSIG|refuse/i);
        expect(await client().dnsProviders.list("acme")).toEqual([]);
        expect(await seriousFindings(page)).toEqual([]);
        await dialog.getByLabel("TSIG secret").fill(knotKey.secret);
        await dialog.getByRole("button", { name: "Add a provider" }).click();
        await page.getByRole("row").filter({ hasText: "shop.example" }).waitFor();
        expect(await client().dnsProviders.list("acme")).toEqual([
          expect.objectContaining({ name: "ns1", kind: "rfc2136", zones: ["shop.example"] }),
        ]);
        expect(await page.content()).not.toContain(knotKey.secret);
        await page.getByRole("button", { name: "Remove ns1" }).click();
        await page.getByLabel("Type ns1 to confirm").fill("ns1");
        await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
        await page.getByRole("heading", { name: "No DNS providers yet" }).waitFor();
        expect(await client().dnsProviders.list("acme")).toEqual([]);
      } finally {
        await knot.stop();
      }
    },
  );

  it("a certificate from elsewhere (P7): refused with another's key, served once it fits, and removed by its name", async () => {
    const make = (name: string, host: string) => {
      const file = (end: string) => join(here, `${name}.${end}`);
      const given = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30"];
      const more = ["-subj", `/CN=${host}`, "-addext", `subjectAltName=DNS:${host}`, "-keyout", file("key"), "-out", file("pem")];
      const { status, stderr } = spawnSync("openssl", [...given, ...more]);
      expect([status, status === 0 ? "" : String(stderr)]).toEqual([0, ""]);
      return { chain: file("pem"), key: file("key") };
    };
    const [own, other] = [make("own", "shop.localhost"), make("other", "other.localhost")];
    await page.goto("/certificates");
    await page.getByRole("button", { name: "Upload" }).click();
    const dialog = page.getByRole("dialog", { name: "Upload a certificate" });
    await dialog.getByLabel("File: Certificates").setInputFiles(own.chain);
    await dialog.getByLabel("File: Private key").setInputFiles(other.key);
    await expect.poll(() => dialog.getByLabel("Private key", { exact: false }).first().inputValue()).toContain("PRIVATE KEY");
    await dialog.getByRole("button", { name: "Upload", exact: true }).click();
    await dialog
      .getByRole("alert")
      .getByText(/private key of the first certificate/)
      .waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await dialog.getByLabel("File: Private key").setInputFiles(own.key);
    await expect.poll(() => dialog.getByRole("textbox").last().inputValue()).toBe(readFileSync(own.key, "utf8"));
    await dialog.getByRole("button", { name: "Upload", exact: true }).click();
    const row = page.getByRole("row").filter({ hasText: "shop.localhost" });
    await row.getByText("uploaded").waitFor();
    expect(await client().certificates.list(null)).toContainEqual(
      expect.objectContaining({ tenant: null, names: ["shop.localhost"], source: "uploaded", state: "issued" }),
    );
    await row.getByRole("button", { name: "Remove shop.localhost" }).click();
    await page.getByLabel("Type shop.localhost to confirm").fill("shop.localhost");
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await row.waitFor({ state: "detached" });
    expect((await client().certificates.list(null)).filter((one) => one.source === "uploaded")).toEqual([]);
  });

  it("a pod's own spec: a mistake is told at its line, and what is right is rolled out", async () => {
    const { installation } = dashboard;
    await installation.json("pod", "create", "acme/own", "--spec", await installation.specFile(nodePod(answering)), "--wait");
    await page.goto("/pods/acme/own/environment");
    const spec = page.getByRole("textbox", { name: "Spec" });
    const first = await spec.inputValue();
    await spec.fill("units: [\n");
    await page.getByRole("button", { name: "Save and roll out" }).click();
    await page
      .getByRole("alert")
      .getByText(/line \d/)
      .waitFor();
    await spec.fill(first.replace("pids: 64", "pids: many"));
    await page.getByRole("button", { name: "Save and roll out" }).click();
    const line = first.split("\n").findIndex((text) => text.includes("pids: 64")) + 1;
    await page.getByText("spec.units[0].resources.pids").waitFor();
    await page.getByRole("button", { name: `Line ${line}` }).click();
    const chosen = "{ const area = document.activeElement; area.value.slice(area.selectionStart, area.selectionEnd).trim(); }";
    expect(await page.evaluate(chosen)).toBe("pids: many");
    expect(await seriousFindings(page)).toEqual([]);
    await spec.fill(first.replace("pids: 64", "pids: 65"));
    await page.getByRole("button", { name: "JSON" }).click();
    expect(JSON.parse(await spec.inputValue())).toMatchObject({ units: [{ resources: { pids: 65 } }] });
    await page.getByRole("button", { name: "Save and roll out" }).click();
    await page.getByRole("status").getByText("Saved; the change is being rolled out.").waitFor();
    expect((await client().pods.get("acme", "own")).spec.units[0]?.resources.pids).toBe(65);
  });

  it("somebody of one tenant sees no settings, and is told why where the address is known (C1)", async () => {
    const email = "operator@example.com";
    const { invitation, link } = await client().invitations.create("acme", { role: "operator", email });
    expect(invitation.email).toBe(email);
    const visitor = await browser.newContext({ baseURL: dashboard.url, locale: "en-US" });
    const theirs = await visitor.newPage();
    await theirs.goto(link.link);
    await theirs.getByLabel("Name").fill("Operator");
    await theirs.getByLabel("New password").fill("a long enough password");
    await theirs.getByRole("button", { name: "Create account and join" }).click();
    await theirs.locator("#content").waitFor();
    expect(await theirs.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Settings" }).count()).toBe(0);
    for (const path of ["/settings", "/settings/access", "/settings/gateway"]) {
      await theirs.goto(path);
      await theirs.getByText(/Your role does not include this/).waitFor();
    }
    await theirs.goto("/dns-providers");
    await theirs.getByLabel("Whose").waitFor();
    expect(await theirs.getByRole("option").allTextContents()).toEqual(["acme"]);
    await visitor.close();
  });
});
