import { type TOTP, URI } from "otpauth";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seriousFindings } from "../src/accessibility.ts";
import { browserProgram, launchBrowser } from "../src/browser.ts";
import { type Dashboard, signIn, startDashboard } from "../src/dashboard.ts";
import { makeUser, password, signedInPerson } from "../src/person.ts";

const patient = { timeout: 20_000 };

describe.skipIf(browserProgram === null)("P9 P15 people come in, keep safe and go", () => {
  let dashboard: Dashboard;
  let browser: Browser;
  let admin: Page;
  beforeAll(async () => {
    dashboard = await startDashboard("memory");
    for (const tenant of ["acme", "globex"]) await dashboard.installation.json("tenant", "create", tenant);
    browser = await launchBrowser();
    admin = await (await dashboard.signedIn(browser)).newPage();
  });
  afterAll(async () => {
    await browser?.close();
    await dashboard?.destroy();
  });

  const stranger = async (locale = "en-US"): Promise<Page> => (await browser.newContext({ baseURL: dashboard.url, locale })).newPage();
  const linkShown = async (page: Page): Promise<string> =>
    (await page.getByRole("dialog", { name: "Copy this link now" }).locator("code").textContent()) ?? "";
  const atSignIn = (page: Page) => page.getByRole("button", { name: "Sign in" }).waitFor();
  const fillIn = async (page: Page, email: string, given: string): Promise<void> => {
    await page.getByLabel("Email").fill(email);
    await page.getByLabel("Password").fill(given);
    await page.getByRole("button", { name: "Sign in" }).click();
  };

  describe("by invitation", () => {
    let link = "";
    it("an admin makes a link, which is shown once and names nothing in the address but behind the #", async () => {
      await admin.goto("/members?tenant=acme");
      await admin.getByRole("button", { name: "Invite" }).click();
      const form = admin.getByRole("dialog", { name: "Invite to acme" });
      await form.getByLabel("Email").fill("not an address");
      await form.getByRole("button", { name: "Invite" }).click();
      await form.getByRole("alert").getByText("Expected an email address").waitFor();
      await form.getByLabel("Email").fill("ann@example.com");
      await form.getByLabel("Role").selectOption("viewer");
      await form.getByRole("button", { name: "Invite" }).click();
      link = await linkShown(admin);
      expect(link).toMatch(/\/invitation#[\w-]{20,}$/);
      await admin.getByRole("button", { name: "Done" }).click();
      await admin.getByRole("heading", { name: "Open invitations" }).waitFor();
      await admin.getByText("ann@example.com").waitFor();
    });

    it("whoever has it chooses name and password, is in at once, and sees the tenant", async () => {
      const page = await stranger();
      await page.goto(link);
      await page.getByRole("heading", { name: "You are invited" }).waitFor();
      await page.getByText("To acme, as Viewer.").waitFor();
      expect(new URL(page.url()).hash).toBe("");
      expect(await page.getByLabel("Email").inputValue()).toBe("ann@example.com");
      expect(await seriousFindings(page)).toEqual([]);
      await page.getByLabel("Name").fill("Ann");
      await page.getByLabel("New password").fill("short");
      await page.getByRole("button", { name: "Create account and join" }).click();
      await page.getByRole("alert").getByText("Expected at least 10 characters").waitFor();
      await page.getByLabel("New password").fill(password);
      await page.getByRole("button", { name: "Create account and join" }).click();
      await page.locator("#content").waitFor();
      await page.goto("/account");
      await page.getByText("Ann · ann@example.com").waitFor();
      await page.getByText("acme", { exact: true }).first().waitFor();
      await page.context().close();
    });

    it("the admin's open page shows the new member, and the link is of no use any more", async () => {
      await admin.getByRole("row", { name: /ann@example\.com/ }).waitFor();
      await admin.getByRole("heading", { name: "Open invitations" }).waitFor({ state: "detached" });
      const page = await stranger("zh-CN");
      await page.goto(link);
      await page.getByRole("alert").getByText("此邀请无效、已使用或已过期，请索取新的邀请").waitFor();
      await page.context().close();
    });

    it("who has an account accepts with it; an invitation that was taken back lets nobody in", async () => {
      const bob = await signedInPerson(dashboard, browser, "bob@example.com");
      const invite = async (): Promise<string> => {
        await admin.goto("/members?tenant=globex");
        await admin.getByRole("button", { name: "Invite" }).click();
        await admin.getByRole("dialog").getByRole("button", { name: "Invite" }).click();
        const made = await linkShown(admin);
        await admin.getByRole("button", { name: "Done" }).click();
        return made;
      };
      const first = await invite();
      await admin.getByRole("button", { name: "Revoke" }).click();
      await admin.getByRole("heading", { name: "Open invitations" }).waitFor({ state: "detached" });
      await bob.page.goto(first);
      await bob.page.getByRole("alert").getByText("this invitation is not good, has been used, or is over; ask for another").waitFor();
      await bob.page.goto("about:blank");
      await bob.page.goto(await invite());
      await bob.page.getByRole("button", { name: "Accept as bob@example.com" }).click();
      await bob.page.locator("#content").waitFor();
      await bob.page.goto("/tenants");
      await bob.page.getByRole("link", { name: "globex" }).waitFor();
      await bob.context.close();
    });
  });

  describe("by a second factor", () => {
    let totp: TOTP;
    let backupCodes: string[] = [];
    /** The next code, for each is taken once. */
    let used = 0;
    const nextCode = async (): Promise<string> => {
      await expect.poll(() => totp.counter(), { timeout: 40_000 }).toBeGreaterThan(used);
      used = totp.counter();
      return totp.generate();
    };

    it("it is set up with the password, the picture for the camera, and a first code that is right", async () => {
      const { page, context } = await signedInPerson(dashboard, browser, "tom@example.com", { acme: "viewer" });
      await page.goto("/account");
      const card = page.locator("section", { has: page.getByRole("heading", { name: "Second factor" }) });
      await card.getByLabel("Current password").fill("not the password");
      await card.getByRole("button", { name: "Set up" }).click();
      await page.getByRole("alert").getByText("this is not your password").waitFor();
      await card.getByLabel("Current password").fill(password);
      await card.getByRole("button", { name: "Set up" }).click();
      await card.getByRole("img", { name: "Code for your authenticator" }).waitFor();
      totp = URI.parse((await card.locator("code").first().textContent()) ?? "") as TOTP;
      backupCodes = ((await card.locator("code").nth(1).textContent()) ?? "").split(/\s+/);
      expect(backupCodes.length).toBeGreaterThanOrEqual(8);
      expect(await seriousFindings(page)).toEqual([]);
      const near = [-1, 0, 1].map((step) => totp.generate({ timestamp: Date.now() + step * 30_000 }));
      await card.getByLabel("First code").fill(["000000", "111111", "222222", "333333"].find((code) => !near.includes(code)) ?? "");
      await card.getByRole("button", { name: "Confirm" }).click();
      await page.getByRole("alert").getByText("the code is wrong; codes are good for 30 seconds").waitFor();
      await card.getByLabel("First code").fill(await nextCode());
      await card.getByRole("button", { name: "Confirm" }).click();
      await card.getByText("A code of your authenticator is asked for besides the password.").waitFor();
      // The page goes on by the new session that came with it.
      await page.goto("/tenants");
      await page.getByRole("heading", { name: "Tenants", level: 1 }).waitFor();
      await page.getByRole("status").getByText("Live", { exact: true }).waitFor();
      await page.getByRole("button", { name: "Account" }).click();
      await page.getByRole("menuitem", { name: "Sign out" }).click();
      await atSignIn(page);
      await context.close();
    });

    it("the password alone opens nothing; a code does, and each backup code once", async () => {
      const page = await stranger();
      const enter = async (code: string): Promise<void> => {
        await page.goto("/");
        await fillIn(page, "tom@example.com", password);
        await page.getByRole("heading", { name: "Second factor" }).waitFor();
        expect((await page.evaluate("fetch('/api/v1/whoami').then((answer) => answer.status)")) as number).toBe(401);
        await page.getByLabel("Code").fill(code);
        await page.getByRole("button", { name: "Continue" }).click();
      };
      const out = async (): Promise<void> => {
        await page.getByRole("button", { name: "Account" }).click();
        await page.getByRole("menuitem", { name: "Sign out" }).click();
        await atSignIn(page);
      };
      await enter(await nextCode());
      await page.locator("#content").waitFor();
      await out();
      const [backup = ""] = backupCodes;
      await enter(backup);
      await page.locator("#content").waitFor();
      await out();
      await enter(backup);
      await page.getByRole("alert").getByText("This code is wrong or has expired.").waitFor();
      await page.context().close();
    });

    it("an admin takes it away from who has lost it", async () => {
      await admin.goto("/users");
      await admin
        .getByRole("row", { name: /tom@example\.com/ })
        .getByText("on", { exact: true })
        .waitFor();
      await admin.getByRole("button", { name: "Actions for tom" }).click();
      await admin.getByRole("menuitem", { name: "Remove the second factor" }).click();
      await admin
        .getByRole("row", { name: /tom@example\.com/ })
        .getByText("off", { exact: true })
        .waitFor();
      const page = await stranger();
      await signIn(page, { email: "tom@example.com", password });
      await page.context().close();
    });
  });

  describe("by what an admin does to an account", () => {
    it("a new user chooses the password by a link, once", async () => {
      await admin.goto("/users");
      await admin.getByRole("button", { name: "New user" }).click();
      const form = admin.getByRole("dialog", { name: "New user" });
      await form.getByLabel("Email").fill("uma@example.com");
      await form.getByLabel("Name").fill("Uma");
      await form.getByRole("button", { name: "Create user" }).click();
      const link = await linkShown(admin);
      expect(link).toMatch(/\/password-reset#/);
      await admin.getByRole("button", { name: "Done" }).click();
      const page = await stranger();
      await page.goto(link);
      await page.getByLabel("New password").fill(password);
      await page.getByRole("button", { name: "Set password" }).click();
      await fillIn(page, "uma@example.com", password);
      await page.locator("#content").waitFor();
      await page.context().close();
      const again = await stranger("zh-CN");
      await again.goto(link);
      await again.getByLabel("新密码").fill("another password");
      await again.getByRole("button", { name: "设置密码" }).click();
      await again.getByRole("alert").getByText("此链接无效或已使用过，请索取新的链接").waitFor();
      await again.context().close();
    });

    it("who is disabled is out at once, in the page that is open, and is told why at the door", async () => {
      const { page, context } = await signedInPerson(dashboard, browser, "dan@example.com", { acme: "operator" });
      await page.goto("/pods");
      await page.getByRole("status").getByText("Live", { exact: true }).waitFor();
      await admin.goto("/users");
      await admin.getByRole("button", { name: "Actions for dan" }).click();
      await admin.getByRole("menuitem", { name: "Forbid to sign in" }).click();
      await atSignIn(page);
      await fillIn(page, "dan@example.com", password);
      await page.getByRole("alert").getByText("this user is disabled; ask an admin").waitFor();
      await admin
        .getByRole("row", { name: /dan@example\.com/ })
        .getByText("May not sign in")
        .waitFor();
      await admin.getByRole("button", { name: "Actions for dan" }).click();
      await admin.getByRole("menuitem", { name: "Allow to sign in" }).click();
      await admin.getByText("May not sign in").waitFor({ state: "detached" });
      await fillIn(page, "dan@example.com", password);
      await page.locator("#content").waitFor();
      await context.close();
    });

    it("nobody disables or deletes themselves by mistake", async () => {
      await admin.goto("/users");
      await admin
        .getByRole("row", { name: /admin@example\.com/ })
        .getByRole("button")
        .click();
      const items = admin.getByRole("menuitem");
      for (const name of [/^Forbid to sign in/, /^Delete/, /^No longer admin/])
        expect(await items.filter({ hasText: name }).getAttribute("aria-disabled")).toBe("true");
      await admin.getByText("Not for yourself.").first().waitFor();
      await admin.keyboard.press("Escape");
    });
  });

  it("a password that is tried ten times is not looked at any more, and the page says for how long", async () => {
    await makeUser(dashboard, "eve@example.com");
    const page = await stranger("zh-CN");
    await page.goto("/");
    await page.getByLabel("邮箱").fill("eve@example.com");
    const said: string[] = [];
    for (let attempt = 0; attempt < 10; attempt++) {
      await page.getByLabel("密码").fill(`wrong ${attempt}`);
      const answered = page.waitForResponse(/\/api\/v1\/login$/);
      await page.getByRole("button", { name: "登录" }).click();
      await answered;
      said.push((await page.locator("form").getByRole("alert").textContent()) ?? "");
    }
    expect(said[0]).toBe("邮箱或密码不正确。");
    expect(said.at(-1)).toMatch(/^来自此地址的尝试过多，请在 \d+ 秒后重试$/);
    await page.getByLabel("密码").fill(password);
    const refused = page.waitForResponse(/\/api\/v1\/login$/);
    await page.getByRole("button", { name: "登录" }).click();
    const response = await refused;
    expect(response.status()).toBe(429);
    expect(Number(response.headers()["retry-after"])).toBeGreaterThan(0);
    await page.context().close();
  });

  it("one's own sessions are listed by device; one that is ended is out in its open page, and so are all others", async () => {
    const { page, context } = await signedInPerson(dashboard, browser, "sue@example.com", { acme: "viewer" });
    const others = [await stranger(), await stranger()];
    for (const other of others) await signIn(other, { email: "sue@example.com", password });
    await page.goto("/account");
    const card = page.locator("section", { has: page.getByRole("heading", { name: "Signed in", exact: true }) });
    await card.getByText("Chrome · Linux").nth(2).waitFor();
    await card.getByText("this one").waitFor();
    await card.getByRole("button", { name: "Sign out", exact: true }).first().click();
    await expect.poll(() => card.getByRole("listitem").count(), patient).toBe(2);
    await expect
      .poll(
        async () => (await Promise.all(others.map((other) => other.getByRole("button", { name: "Sign in" }).count()))).toSorted(),
        patient,
      )
      .toEqual([0, 1]);
    await card.getByRole("button", { name: "Sign out all others" }).click();
    for (const other of others) await atSignIn(other);
    await expect.poll(() => card.getByRole("listitem").count(), patient).toBe(1);
    for (const other of others) await other.context().close();
    await context.close();
  });

  it("a password that was changed ends the other sessions and not this one", async () => {
    const { page, context } = await signedInPerson(dashboard, browser, "pat@example.com", { acme: "viewer" });
    const other = await stranger();
    await signIn(other, { email: "pat@example.com", password });
    await page.goto("/account");
    const card = page.locator("section", { has: page.getByRole("heading", { name: "Password" }) });
    await card.getByLabel("Current password").fill("not mine at all");
    await card.getByLabel("New password").fill("another password");
    await card.getByRole("button", { name: "Change password" }).click();
    await page.getByRole("alert").getByText("this is not your password").waitFor();
    await card.getByLabel("Current password").fill(password);
    await card.getByRole("button", { name: "Change password" }).click();
    await page.getByText("The password is changed.").waitFor();
    await atSignIn(other);
    await page.reload();
    await page.getByRole("heading", { name: "Account", level: 1 }).waitFor();
    await fillIn(other, "pat@example.com", "another password");
    await other.locator("#content").waitFor();
    await other.context().close();
    await context.close();
  });
});
