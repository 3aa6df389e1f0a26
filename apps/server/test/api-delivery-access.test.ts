import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type ApiRig, apiRig, webSpec } from "./api-rig.ts";
import { ask, browse, newUser } from "./login-rig.ts";
import { operationOfAcme } from "./walk-operations.ts";
import { backupOfAcme } from "./walk-pod-backups.ts";

describe("P9 A16 A9 A8 who operates one tenant and looks at another", { timeout: 120_000 }, () => {
  let rig: ApiRig;
  let headers: Record<string, string>;
  let backup: string;
  let operation: string;
  beforeAll(async () => {
    rig = await apiRig(inject("serverUrl"));
    for (const name of ["acme", "bolts"]) await rig.admin.tenants.create({ name });
    await rig.admin.pods.create("acme", { name: "web", spec: webSpec() });
    await rig.admin.pods.create("bolts", { name: "own", spec: webSpec() });
    ({ podBackup: backup } = await backupOfAcme(rig));
    operation = await operationOfAcme(rig);
    const user = await newUser(rig, "both@example.com", { tenant: "bolts", role: "operator" });
    await rig.deps.database.asSystem(async (store) => store.members.put((await store.tenants.get("acme")).id, user, "viewer"));
    headers = await browse(rig, "both@example.com");
  });
  afterAll(() => rig?.close());

  const as = async (method: string, path: string, body?: unknown) =>
    (await ask(rig, method, path, { headers, ...(body !== undefined && { body }) })).status;
  const state = async () => [
    await rig.admin.podBackups.list("acme"),
    await rig.admin.podBackups.schedules("acme"),
    await rig.admin.podBackups.targets("acme"),
    (await rig.admin.pods.list("acme")).map(({ name, desired, generation }) => [name, desired, generation]),
    (await rig.admin.operations.list({ tenant: "acme" })).map(({ id, cancelledBy, state }) => [id, cancelledBy, state]),
  ];
  const bucket = {
    ...{ name: "mine", config: { kind: "s3", endpoint: "https://127.0.0.1:1", bucket: "mine" } },
    credentials: { accessKeyId: "AKIA", secretAccessKey: "x" },
  };

  it("looks where they may look", async () => {
    for (const path of ["/pod-backups", `/pod-backups/PB`, "/backup-targets", "/backup-schedules"])
      expect([path, await as("GET", `/tenants/acme${path.replace("PB", backup)}`)]).toEqual([path, 200]);
    expect(await as("GET", `/operations/${operation}`)).toBe(200);
  });

  it("changes nothing there", async () => {
    const before = await state();
    const refused: [string, string, unknown?][] = [
      ["POST", "/tenants/acme/pods/web/backups", {}],
      ["POST", `/tenants/acme/pod-backups/${backup}/verify`, {}],
      ["POST", `/tenants/acme/pod-backups/${backup}/restore`, {}],
      ["POST", `/tenants/acme/pod-backups/${backup}/restore`, { as: "copy" }],
      ["POST", `/tenants/acme/pod-backups/${backup}/drill`, {}],
      ["DELETE", `/tenants/acme/pod-backups/${backup}`],
      ["PUT", "/tenants/acme/pods/web/backup-schedule", { cron: "0 3 * * *" }],
      ["DELETE", "/tenants/acme/pods/web/backup-schedule"],
      ["POST", "/tenants/acme/backup-targets", bucket],
      ["DELETE", "/tenants/acme/backup-targets/bucket"],
      ["GET", "/upgrades/plan?tenant=acme"],
      ["POST", "/upgrades", { tenant: "acme" }],
      ["POST", "/tenants/acme/pods/taken/adopt", { container: "by-hand" }],
      ["POST", "/tenants/bolts/pods/taken/adopt", { container: "by-hand" }],
      ["POST", "/tenants/acme/pods/web/release", {}],
      ["GET", "/containers"],
      ["GET", "/backup-targets"],
      ["POST", "/backup-targets", bucket],
    ];
    for (const [method, path, body] of refused) expect([method, path, await as(method, path, body)]).toEqual([method, path, 403]);
    expect([403, 404]).toContain(await as("POST", `/operations/${operation}/cancel`, {}));
    expect(await state()).toEqual(before);
  });

  it("reaches nothing of it through their own tenant", async () => {
    const before = await state();
    const hidden: [string, string, unknown?][] = [
      ["GET", `/tenants/bolts/pod-backups/${backup}`],
      ["POST", `/tenants/bolts/pod-backups/${backup}/verify`, {}],
      ["POST", `/tenants/bolts/pod-backups/${backup}/restore`, { pod: "own" }],
      ["POST", `/tenants/bolts/pod-backups/${backup}/restore`, { as: "copy" }],
      ["POST", `/tenants/bolts/pod-backups/${backup}/drill`, {}],
      ["DELETE", `/tenants/bolts/pod-backups/${backup}`],
      ["POST", "/tenants/bolts/pods/own/backups", { target: "bucket" }],
      ["PUT", "/tenants/bolts/pods/own/backup-schedule", { cron: "0 3 * * *", target: "bucket" }],
      ["DELETE", "/tenants/bolts/backup-targets/bucket"],
      ["GET", "/upgrades/plan?pods=bolts/own,acme/web"],
      ["POST", "/upgrades", { pods: ["bolts/own", "acme/web"] }],
    ];
    for (const [method, path, body] of hidden) expect([method, path, await as(method, path, body)]).toEqual([method, path, 404]);
    const { body: plan } = await ask(rig, "GET", "/upgrades/plan?all=true", { headers });
    expect(plan.map((line: { pod: string }) => line.pod)).toEqual(["bolts/own"]);
    expect(await rig.admin.operations.list({ tenant: "bolts" })).toEqual([]);
    expect(await state()).toEqual(before);
  });
});
