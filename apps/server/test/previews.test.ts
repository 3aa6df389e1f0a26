import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { PreviewView } from "@agentpod/core/api/preview-view";
import type { MemoryProgram } from "@agentpod/runtimes/memory/memory-program";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { sweepPreviews } from "../src/deployments/preview-sweep.ts";
import { type DeploymentRig, deploymentRig } from "./deployment-rig.ts";
import { runAgentpod } from "./run-agentpod.ts";

const wait = { timeout: 120_000, interval: 50 };
const rows = "/var/lib/postgresql/rows";
/** What a dump does besides: told by a test. */
let onDump: (() => Promise<number>) | null = null;
let dumps = 0;

/** A database as its client programs show it: one value, which is dumped, loaded beside it, and put into its place. */
const postgres: MemoryProgram = ({ files, exit }) => ({
  request: (_request, response) => void response.end(),
  term: () => exit(0),
  async exec({ argv, stdin, stdout, stderr, exit: end }) {
    if (argv[3] === "write") files.write(rows, argv[4] ?? "");
    else if (argv[4] === "dump") {
      dumps += 1;
      stdout.write(files.read(rows) ?? "(empty)");
      const code = onDump === null ? 0 : await onDump();
      if (code !== 0) stderr.write("pg_dump: the server went away\n");
      return end(code);
    } else if (argv[4] === "load") files.write(`${rows}.restore`, await text(stdin));
    else if (argv[4] === "use") files.write(rows, files.read(`${rows}.restore`) ?? "(nothing was loaded)");
    else stdout.write(files.read(rows) ?? "(empty)");
    end(0);
  },
});

let rig: DeploymentRig;
beforeAll(async () => {
  rig = await deploymentRig(inject("serverUrl"), undefined, postgres);
  await rig.succeeds("/deployments/shop", {
    source: await rig.source("main"),
    environment: { STAGE: "live", KEY: "a key", DEBUG: "no" },
    settings: { needs: ["postgres"], memoryMb: 128 },
  });
  await inDatabase("shop", "write", "42 customers");
}, 240_000);
afterAll(() => rig?.close());

/** What the program says that runs beside a pod's database. */
async function inDatabase(name: string, ...argv: string[]): Promise<string> {
  const { id, status } = await rig.reaches(name, "running");
  const revision = status.units.find((unit) => unit.name === "db")?.revision ?? "";
  const session = await rig.deps.runtime.exec(
    { pod: id, unit: "db", revision },
    { argv: ["sh", "-c", "", ...argv], tty: null, env: {}, workdir: null },
  );
  session.stdin.end();
  const said = await text(session.stdout);
  await session.exit;
  return said;
}

const list = async (): Promise<PreviewView[]> => (await rig.call("GET", "/previews")).body;
const preview = async (name: string, more: object = {}, body: object = {}) => ({
  source: await rig.source(name),
  preview: { name, ...more },
  ...body,
});
const events = async (pod: string) =>
  (await rig.api.admin.events.list({ tenant: "acme", pod, limit: 100 })).map(({ type, message }) => `${type}: ${message}`);
const gone = (name: string) =>
  vi.waitFor(async () => {
    expect((await rig.podNames()).filter((one) => one.startsWith(name))).toEqual([]);
    expect((await list()).map((one) => one.name)).not.toContain(name);
    expect((await rig.call("GET", `/deployments?name=${name}`)).body).toEqual([]);
  }, wait);

describe("C8 preview deployments", { timeout: 300_000 }, () => {
  it("stand beside the project: own pod, own address, own empty database, its variables and settings but for what is said", async () => {
    const made = await rig.succeeds(
      "/deployments/shop",
      await preview("feature/New_Cart", {}, { environment: { STAGE: "preview", DEBUG: null } }),
    );
    expect(made).toMatchObject({ name: "shop-feature-new-cart", number: 1, serves: true });
    expect(made.url).toContain("shop-feature-new-cart-acme.");
    const page = await rig.page("shop-feature-new-cart");
    expect([page?.page, page?.env.STAGE, page?.env.KEY, page?.env.DEBUG]).toEqual(["feature/New_Cart", "preview", "a key", undefined]);
    expect(await inDatabase("shop-feature-new-cart")).toBe("(empty)");
    expect((await rig.pod("shop-feature-new-cart")).spec.units.find(({ name }) => name === "app")?.resources.memoryMb).toBe(128);
    const secrets = await rig.deps.database.asSystem(async (store) => {
      const pods = [await store.pods.get("acme", "shop"), await store.pods.get("acme", "shop-feature-new-cart")];
      return Promise.all(pods.map(async ({ id }) => (await store.secrets.reveal(id)).db_password));
    });
    expect(secrets[0]).not.toBe(secrets[1]);
    expect([(await rig.page("shop"))?.page, (await rig.page("shop"))?.env.STAGE]).toEqual(["main", "live"]);
    expect(await list()).toMatchObject([
      { name: "shop-feature-new-cart", project: "shop", preview: "feature-new-cart", database: "empty", state: "succeeded", url: made.url },
    ]);
    expect(await rig.podNames()).toEqual(["shop", "shop-build", "shop-feature-new-cart", "shop-feature-new-cart-build"]);
  });

  it("begin with a copy of the project's data, once; a later deployment leaves their data alone", async () => {
    await rig.succeeds("/deployments/shop", await preview("copied", { database: "copy" }));
    expect(await inDatabase("shop-copied")).toBe("42 customers");
    expect((await list()).find(({ name }) => name === "shop-copied")?.copiedAt).not.toBeNull();
    await inDatabase("shop-copied", "write", "43 customers");
    const before = dumps;
    await rig.succeeds("/deployments/shop", await preview("copied"));
    expect([await inDatabase("shop-copied"), await inDatabase("shop"), dumps]).toEqual(["43 customers", "42 customers", before]);
  });

  it("a torn copy is never taken for whole: the preview fails with why, leaves no pod, and may be tried again", async () => {
    onDump = async () => 1;
    const failed = await rig.ended("/deployments/shop", await preview("torn", { database: "copy" }));
    onDump = null;
    expect([failed.state, failed.step]).toEqual(["failed", "copy-database"]);
    expect(failed.message).toBe(
      "Step copy-database failed: The dump of db ended with exit code 1: pg_dump: the server went away. Nothing of the project was changed; --database empty leaves its data out.",
    );
    expect((await rig.podNames()).filter((name) => name.startsWith("shop-torn"))).toEqual([]);
    await rig.succeeds("/deployments/shop", await preview("torn", { database: "copy" }));
    expect(await inDatabase("shop-torn")).toBe("42 customers");
  });

  it("a copy that is interrupted begins anew with the next control plane, and ends whole", async () => {
    let isHeld: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      isHeld = resolve;
    });
    onDump = () => {
      isHeld();
      return new Promise(() => undefined);
    };
    const before = dumps;
    const { body } = await rig.call("POST", "/deployments/shop", await preview("held", { database: "copy" }));
    await held;
    onDump = null;
    await rig.restart();
    expect(await rig.operation(body.operation.id)).toBe("succeeded");
    expect([dumps, await inDatabase("shop-held")]).toEqual([before + 2, "42 customers"]);
  });

  it("says what is wrong: a preview of a preview, a name that is taken, another beginning, nothing left of a name", async () => {
    const refused = async (application: string, given: object) => {
      const { status, body } = await rig.call("POST", `/deployments/${application}`, given);
      return [status, body.error.message];
    };
    expect(await refused("shop-copied", await preview("more"))).toEqual([400, expect.stringContaining("is a preview itself")]);
    expect(await refused("shop", await preview("copied", { database: "empty" }))).toEqual([
      409,
      expect.stringContaining("began in another way"),
    ]);
    expect(await refused("shop", await preview("///"))).toEqual([400, expect.stringContaining("letters or digits")]);
    expect(await refused("absent", await preview("x", { database: "copy" }))).toEqual([
      409,
      "Nothing of acme/absent serves: there is no data to copy.",
    ]);
    await rig.succeeds("/deployments/shop-taken", { source: await rig.source("other") });
    expect(await refused("shop", await preview("taken"))).toEqual([409, expect.stringContaining("that is no preview")]);
    expect((await list()).map(({ name }) => name)).not.toContain("shop-taken");
  });

  it("count to the tenant's quota", async () => {
    await rig.api.asSystem(`update agentpod.tenants set quota = quota || '{"pods": 1}' where name = 'acme'`);
    const failed = await rig.ended("/deployments/shop", await preview("too-many"));
    await rig.api.asSystem(`update agentpod.tenants set quota = quota || '{"pods": 100}' where name = 'acme'`);
    expect([failed.state, failed.message]).toEqual(["failed", expect.stringContaining("Tenant acme may have")]);
  });
});

describe("C8 previews by the command line", { timeout: 300_000 }, () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "agentpod-preview-"));
    mkdirSync(join(folder, "shop", ".git"), { recursive: true });
    writeFileSync(join(folder, "shop", ".git", "HEAD"), "ref: refs/heads/fix/Typo\n");
    writeFileSync(join(folder, "shop", "index.html"), "<h1>typo</h1>");
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const agentpod = (...args: string[]) =>
    runAgentpod(args, {
      env: { AGENTPOD_HOME: join(folder, "home"), AGENTPOD_URL: rig.api.url, AGENTPOD_TOKEN: rig.api.adminToken },
      cwd: folder,
    });

  it("are named after the branch that the folder is on, listed, and let stay for longer", async () => {
    const deployed = await agentpod("deploy", "shop", "--database", "copy", "--ttl", "12h", "-o", "json", "--preview");
    expect([deployed.code, deployed.stderr]).toEqual([0, ""]);
    expect(JSON.parse(deployed.stdout)).toMatchObject({ name: "shop-fix-typo", state: "succeeded" });
    expect(await inDatabase("shop-fix-typo")).toBe("42 customers");
    const listed = await agentpod("deployment", "list", "--previews");
    expect(listed.stdout).toMatch(/acme\/shop-fix-typo +shop +succeeded +a copy/);
    expect((await list()).find(({ name }) => name === "shop-fix-typo")?.ttlSeconds).toBe(12 * 3600);
    expect((await agentpod("deployment", "extend", "acme/shop-fix-typo", "--ttl", "2d")).stdout).toContain("stays until");
    expect((await list()).find(({ name }) => name === "shop-fix-typo")?.ttlSeconds).toBe(2 * 86_400);
  });

  it("says what does not fit together", async () => {
    const said = async (...args: string[]) => (await agentpod("deploy", "shop", ...args)).stderr.trim();
    expect(await said("--ttl", "3d")).toBe("ERROR invalid: --ttl is for previews: say --preview, too");
    expect(await said("--database", "copy")).toBe("ERROR invalid: --database copy is for previews: say --preview, too");
    expect(await said("--preview", "x", "--ttl", "soon")).toBe("ERROR invalid: --ttl soon: write 90m, 12h or 3d");
    expect(await said("--preview", "x", "--database", "copy", "--database", "empty")).toContain("say empty or copy, not both");
    writeFileSync(join(folder, "shop", ".git", "HEAD"), `${"a".repeat(40)}\n`);
    expect(await said("--preview")).toBe("ERROR invalid: say what the preview is called: --preview new-cart");
  });
});

describe("C8 the end of previews", { timeout: 300_000 }, () => {
  it("their time can be begun anew", async () => {
    const { status, body } = await rig.call("POST", "/previews/shop-copied/extend", { ttlSeconds: 7 * 86_400 });
    expect([status, body.ttlSeconds, Math.round((Date.parse(body.expiresAt) - Date.now()) / 86_400_000)]).toEqual([200, 7 * 86_400, 7]);
    expect((await rig.call("POST", "/previews/shop/extend", {})).status).toBe(404);
    await rig.api.asSystem("update agentpod.previews set expires_at = now() + interval '1 hour' where name = 'shop-copied'");
    await rig.succeeds("/deployments/shop-copied/redeploy");
    const again = (await list()).find(({ name }) => name === "shop-copied");
    expect(Math.round((Date.parse(again?.expiresAt ?? "") - Date.now()) / 86_400_000)).toBe(7);
    expect(await events("shop-copied")).toContain(`deployment.preview_extended: preview acme/shop-copied stays until ${body.expiresAt}`);
  });

  it("when it is over they go with everything, and the project stays as it is", async () => {
    await rig.api.asSystem("update agentpod.previews set expires_at = now() where name = 'shop-copied'");
    await Promise.all([sweepPreviews(rig.deps), sweepPreviews(rig.deps)]);
    await gone("shop-copied");
    expect((await events("shop-copied")).filter((line) => line.startsWith("deployment.preview_ended"))).toEqual([
      "deployment.preview_ended: the time of preview acme/shop-copied is over: it is taken away with all its data",
    ]);
    expect([(await rig.page("shop"))?.page, await inDatabase("shop")]).toEqual(["main", "42 customers"]);
  });

  it("go by hand, and with their project", async () => {
    expect((await rig.call("DELETE", "/deployments/shop-torn")).status).toBe(202);
    await gone("shop-torn");
    expect((await list()).map(({ name }) => name)).toContain("shop-held");
    expect((await rig.call("DELETE", "/deployments/shop")).status).toBe(202);
    await gone("shop-held");
    await vi.waitFor(async () => expect(await rig.podNames()).toEqual(["shop-taken", "shop-taken-build"]), wait);
  });
});
