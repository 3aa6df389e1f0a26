import type { DumpView } from "@agentpod/core/api/dump-view";
import { engineAnswers } from "@agentpod/e2e/engine";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seriousFindings } from "../src/accessibility.ts";
import { browserProgram, launchBrowser } from "../src/browser.ts";
import { type Dashboard, startDashboard } from "../src/dashboard.ts";
import { signedInPerson } from "../src/person.ts";

const patient = { timeout: 240_000 };

describe.skipIf(browserProgram === null || !engineAnswers())("C8 P15 A16 a pod's database, in the dashboard", { timeout: 900_000 }, () => {
  let dashboard: Dashboard;
  let browser: Browser;
  let page: Page;
  let client: ReturnType<Dashboard["installation"]["client"]>;

  beforeAll(async () => {
    dashboard = await startDashboard("docker");
    const { installation } = dashboard;
    client = installation.client();
    await installation.json("tenant", "create", "acme");
    // The image of 15 is the one whose client programs are of its server's version on this machine.
    await installation.json("pod", "create", "acme/data", "--template", "postgres-15", "--wait");
    await installation.json("pod", "create", "acme/cache", "--template", "redis", "--wait");
    browser = await launchBrowser();
    page = await (await dashboard.signedIn(browser)).newPage();
    page.setDefaultTimeout(patient.timeout);
  }, 900_000);
  afterAll(async () => {
    await client?.close();
    await browser?.close();
    await dashboard?.destroy();
  }, 600_000);

  const content = () => page.locator("#content");
  const dialog = () => page.getByRole("dialog");
  const kept = () => page.getByRole("list", { name: "Kept dumps" }).getByRole("listitem");
  const tab = () => page.getByRole("navigation", { name: "Pod", exact: true }).getByRole("link", { name: "Database", exact: true });
  const dumps = (): Promise<DumpView[]> => client.databases.dumps("acme", { pod: "data" });
  const events = async () => (await client.events.list({ tenant: "acme", pod: "data", limit: 200 })).map(({ type }) => type);
  const done = (kind: string) => page.getByRole("region", { name: kind }).filter({ hasText: "Done" }).first();
  const sql = async (text: string): Promise<string> => {
    const { code, stdout, stderr } = await dashboard.installation.cli("db", "shell", "acme/data", "--", "-qAt", "-c", text);
    expect([code, stderr]).toEqual([0, ""]);
    return stdout.trim();
  };

  it("its connection string is masked until it is asked for twice, which is written down", async () => {
    await page.goto("/pods/acme/data");
    await tab().click();
    await content().getByText("postgres://app:******@db:5432/app", { exact: true }).waitFor();
    const { url } = await client.databases.reveal("acme", "data", "db");
    const before = (await events()).filter((type) => type === "database.revealed").length;
    expect(await page.content()).not.toContain(url);
    await content().getByRole("button", { name: "Show password" }).click();
    await dialog()
      .getByText(/written down in the events/)
      .waitFor();
    await dialog().getByRole("button", { name: "Show password" }).click();
    await content().getByText(url, { exact: true }).waitFor();
    await expect.poll(async () => (await events()).filter((type) => type === "database.revealed").length, patient).toBe(before + 1);
    await content().getByRole("button", { name: "Hide password" }).click();
    await content().getByText("postgres://app:******@db:5432/app", { exact: true }).waitFor();
    expect(await page.content()).not.toContain(url);
  });

  it("a dump is made by a button, and shows what is in it once it was tried out", async () => {
    await sql("create table customers as select 'customer ' || i as name from generate_series(1, 3) i");
    await content().getByRole("heading", { name: "No dumps yet" }).waitFor();
    await content().getByRole("button", { name: "Dump now" }).click();
    await dialog().getByRole("button", { name: "Dump now" }).click();
    await kept().filter({ hasText: "every row was there" }).filter({ hasText: "1 table, 3 rows" }).waitFor();
    await done("Dump of a database").waitFor();
    expect(await dumps()).toMatchObject([{ state: "ready", trigger: "request", content: { rows: 3 }, check: { isPassed: true } }]);
    expect(await seriousFindings(page)).toEqual([]);
  });

  it("is put back once the pod's name was typed; what was lost is there again", async () => {
    await sql("delete from customers; create table junk ()");
    await kept()
      .getByRole("button", { name: /^Restore the dump/ })
      .click();
    const replace = dialog().getByRole("button", { name: "Replace its data" });
    await dialog().getByLabel(/^Type/).fill("acme/dat");
    expect(await replace.isDisabled()).toBe(true);
    await dialog().getByLabel(/^Type/).fill("acme/data");
    await replace.click();
    await done("Restore of a dump").waitFor();
    expect(await sql("select count(*) from customers")).toBe("3");
    expect(await sql("select count(*) from pg_tables where tablename = 'junk'")).toBe("0");
  });

  it("is tried out again from its menu", async () => {
    const [before] = await dumps();
    await kept()
      .getByRole("button", { name: /^More for/ })
      .click();
    await page.getByRole("menuitem", { name: "Try it out again" }).click();
    await done("Trying a dump out").waitFor();
    const [after] = await dumps();
    expect(after?.check?.isPassed).toBe(true);
    expect(Date.parse(after?.check?.at ?? "")).toBeGreaterThan(Date.parse(before?.check?.at ?? ""));
  });

  it("the schedule is set, made wrong and told so; what the command line sets shows without a reload", async () => {
    await content().getByText("No dump of this database is made by itself.").waitFor();
    await content().getByLabel("How often").selectOption("Every night at three");
    await content().getByLabel("Time zone").fill("Nowhere/Land");
    await content().getByRole("button", { name: "Turn on" }).click();
    await content().getByRole("alert").first().waitFor();
    await content().getByLabel("Time zone").fill("Asia/Shanghai");
    await content().getByLabel("The last").fill("2");
    await content().getByLabel("Check of the newest").selectOption("Sundays at four");
    await content().getByRole("button", { name: "Turn on" }).click();
    await page.getByText("The schedule is saved.").waitFor();
    await content().getByText("Next dump", { exact: true }).waitFor();
    const wanted = { cron: "0 3 * * *", timeZone: "Asia/Shanghai", keep: { last: 2 }, checkCron: "0 4 * * 0", target: null };
    expect(await client.databases.dumpSchedule("acme", "data", "db")).toMatchObject(wanted);
    await dashboard.installation.json("db", "schedule", "acme/data", "--cron", "* * * * *");
    await expect
      .poll(
        () =>
          content()
            .getByLabel("Time, as of cron")
            .inputValue()
            .catch(() => null),
        patient,
      )
      .toBe("* * * * *");
  });

  it("what it makes by itself comes into the list; one that does not come back is told, and does not count", async () => {
    await kept().filter({ hasText: "By itself" }).filter({ hasText: "every row was there" }).first().waitFor();
    // Its check looks for the other table without saying where: PostgreSQL dumps it, and cannot restore it.
    await sql(
      `create function known(text) returns boolean language sql as 'select exists (select from customers where name = $1)';
      create table orders (customer text check (known(customer)));
      insert into orders values ('customer 1')`,
    );
    await content()
      .getByRole("alert")
      .filter({ hasText: /^The dump of db of .* failed: / })
      .waitFor();
    await kept().filter({ hasText: "Failed" }).first().getByRole("link", { name: "Steps" }).waitFor();
    await sql("drop table orders; drop function known");
    await content().getByRole("button", { name: "Turn off" }).click();
    await page.getByText("No more dumps are made by themselves").waitFor();
    await content().getByText("No dump of this database is made by itself.").waitFor();
    expect(await sql("select count(*) from pg_database where datname like 'agentpod%'")).toBe("0");
  });

  it("each is deleted once its id was typed", async () => {
    const [dump] = (await dumps()).filter(({ trigger, state }) => trigger === "request" && state === "ready");
    await kept()
      .filter({ hasText: "Asked for" })
      .getByRole("button", { name: /^More for/ })
      .click();
    await page.getByRole("menuitem", { name: "Delete" }).click();
    await dialog()
      .getByLabel(/^Type/)
      .fill(dump?.id.slice(0, 8) ?? "");
    await dialog().getByRole("button", { name: "Delete" }).click();
    await page.getByText("The dump is deleted.").waitFor();
    await expect.poll(() => kept().filter({ hasText: "Asked for" }).count(), patient).toBe(0);
    expect((await dumps()).map(({ id }) => id)).not.toContain(dump?.id);
  });

  it("an operator sees no password, a viewer begins nothing, and both are told why", async () => {
    for (const [role, forbidden] of [
      ["operator", ["Show password"]],
      ["viewer", ["Show password", "Dump now", "Turn on"]],
    ] as const) {
      const person = await signedInPerson(dashboard, browser, `${role}@example.com`, { acme: role });
      await person.page.goto("/pods/acme/data/database");
      const button = (name: string) => person.page.locator("#content").getByRole("button", { name, exact: true });
      await button("Turn on").waitFor();
      const is = async (name: string) => (await button(name).getAttribute("aria-disabled")) === "true";
      for (const name of ["Show password", "Dump now", "Turn on"])
        expect([role, name, await is(name)]).toEqual([role, name, (forbidden as readonly string[]).includes(name)]);
      await person.context.close();
    }
  });

  it("of one that does not run no dump can be begun, and what is deleted leaves its dumps to the tenant", async () => {
    await dashboard.installation.json("pod", "stop", "acme/data", "--wait");
    const button = content().getByRole("button", { name: "Dump now" });
    await expect.poll(() => button.getAttribute("aria-disabled"), patient).toBe("true");
    await button.focus();
    await page.getByRole("tooltip").getByText("The database does not run now.").first().waitFor();
    await dashboard.installation.json("pod", "delete", "acme/data", "--yes", "--wait");
    await page.goto("/backups/pods?tenant=acme");
    await kept().filter({ hasText: "acme/data" }).filter({ hasText: "pod is gone" }).first().waitFor();
    expect(await kept().count()).toBe((await dumps()).length);
  });

  it("of what is no PostgreSQL it says what is there instead, at 390 px too; what has no database has no such page", async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto("/pods/acme/cache/database");
    await content()
      .getByText(/are for PostgreSQL alone, not for Redis/)
      .waitFor();
    await content().getByText("redis://:******@", { exact: false }).waitFor();
    expect(await content().getByRole("button", { name: "Dump now" }).count()).toBe(0);
    expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
    expect(await seriousFindings(page)).toEqual([]);
    await dashboard.installation.json("pod", "create", "acme/web", "--template", "hello", "--wait");
    await page.goto("/pods/acme/web");
    await page.getByText("All units are ready").waitFor();
    expect(await tab().count()).toBe(0);
  });
});
