import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { type DeploymentRig, deploymentRig } from "./deployment-rig.ts";

let rig: DeploymentRig;
beforeAll(async () => {
  rig = await deploymentRig(inject("serverUrl"));
});
afterAll(() => rig?.close());

const events = async (pod: string) =>
  (await rig.api.admin.events.list({ tenant: "acme", pod, limit: 100 })).map(({ type, message }) => `${type}: ${message}`);
const revisions = async (name: string) =>
  Object.fromEntries((await rig.reaches(name, "running")).status.units.map((unit) => [unit.name, unit.revision]));

describe("C8 restart of an application", { timeout: 240_000 }, () => {
  it("starts its units anew without a release, and its database runs on", async () => {
    await rig.succeeds("/deployments/shop", { source: await rig.source("one"), settings: { needs: ["postgres"] } });
    const before = await revisions("shop");
    const asked = await rig.call("POST", "/deployments/shop/restart");
    expect([asked.status, asked.body.name]).toEqual([202, "shop"]);
    await vi.waitFor(async () => expect((await revisions("shop")).app).not.toBe(before.app), { timeout: 90_000, interval: 50 });
    const after = await revisions("shop");
    expect(after.db).toBe(before.db);
    expect((await rig.page("shop"))?.page).toBe("one");
    expect((await rig.call("GET", "/deployments?name=shop")).body).toHaveLength(1);
    expect(await events("shop")).toContain("deployment.restarted: the application units of acme/shop are started anew");
    await rig.call("POST", "/deployments/shop/restart");
    await vi.waitFor(async () => expect((await revisions("shop")).app).not.toBe(after.app), { timeout: 90_000, interval: 50 });
  });

  it("says why not: nothing serves, it is stopped, or a deployment is under way", async () => {
    expect((await rig.call("POST", "/deployments/absent/restart")).body.error.code).toBe("not_found");
    await rig.api.admin.pods.stop("acme", "shop");
    await rig.reaches("shop", "stopped");
    const stopped = await rig.call("POST", "/deployments/shop/restart");
    expect([stopped.status, stopped.body.error.message]).toEqual([409, "acme/shop does not run: start it by agentpod pod start acme/shop"]);
    await rig.api.admin.pods.start("acme", "shop");
    await rig.reaches("shop", "running");
    const { body } = await rig.call("POST", "/deployments/shop", { source: await rig.source("two") });
    const meanwhile = await rig.call("POST", "/deployments/shop/restart");
    expect([meanwhile.status, meanwhile.body.error.message]).toEqual([
      409,
      "Deployment 2 of acme/shop is under way and starts it anew: wait for it, or cancel it.",
    ]);
    expect(await rig.operation(body.operation.id)).toBe("succeeded");
  });
});

describe("C8 promotion of what serves elsewhere", { timeout: 240_000 }, () => {
  it("takes code and build as they are, with the configuration and the data of its new place", async () => {
    const staging = await rig.succeeds("/deployments/staging", {
      source: await rig.source("three"),
      environment: { STAGE: "staging" },
      settings: { needs: ["postgres"], memoryMb: 128 },
    });
    const built = (await rig.page("staging"))?.built;
    await rig.succeeds("/deployments/shop/redeploy", { environment: { STAGE: "live" }, settings: { memoryMb: 256 } });
    const before = await revisions("shop");
    const builds = rig.played.builds.length;
    const promoted = await rig.succeeds("/deployments/shop/promote", { from: "staging" });
    expect(promoted).toMatchObject({ action: "promote", source: staging.source, serves: true, origin: `staging 1 (${staging.origin})` });
    const page = await rig.page("shop");
    expect([page?.page, page?.built, page?.env.STAGE]).toEqual(["three", built, "live"]);
    expect(rig.played.builds).toHaveLength(builds);
    expect((await revisions("shop")).db).toBe(before.db);
    expect((await rig.pod("shop")).spec.units.find(({ name }) => name === "app")?.resources.memoryMb).toBe(256);
    expect(await events("shop")).toContain("deployment.promote_asked: deployment 1 of acme/staging is to serve as acme/shop");
  });

  it("is a release as any other: deployed again without a build, gone back from", async () => {
    const builds = rig.played.builds.length;
    const again = await rig.succeeds("/deployments/shop/redeploy");
    expect([again.action, (await rig.page("shop"))?.page]).toEqual(["deploy", "three"]);
    expect(rig.played.builds).toHaveLength(builds);
    const back = await rig.succeeds("/deployments/shop/rollback", { number: 2 });
    expect([back.target, (await rig.page("shop"))?.page]).toEqual([2, "two"]);
    await rig.succeeds("/deployments/shop/rollback", { number: again.number - 1 });
    expect((await rig.page("shop"))?.page).toBe("three");
  });

  it("refuses what there is not: itself, an unknown application, a deployment that never served", async () => {
    const refused = async (body: object) => {
      const answer = await rig.call("POST", "/deployments/shop/promote", body);
      return [answer.status, answer.body.error.message];
    };
    expect(await refused({ from: "shop" })).toEqual([400, expect.stringContaining("the same application")]);
    expect(await refused({ from: "absent" })).toEqual([404, expect.stringContaining("acme/absent")]);
    expect(await refused({ from: "staging", number: 7 })).toEqual([
      409,
      "There is no deployment 7 of acme/staging that served; there are 1.",
    ]);
    const failed = await rig.ended("/deployments/broken", { source: await rig.source("four"), settings: { runtime: "python@3.12" } });
    expect(failed.state).toBe("failed");
    expect(await refused({ from: "broken" })).toEqual([409, "Nothing of acme/broken serves: there is nothing to promote."]);
  });
});
