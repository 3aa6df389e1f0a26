import { readdir, utimes } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { CleanUpPlan } from "@agentpod/core/clean-up";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type CleanUps, cleanUps } from "../src/clean-up/clean-ups.ts";
import { diskWatch } from "../src/clean-up/disk-watch.ts";
import { request } from "./api-rig.ts";
import { type DeploymentRig, deploymentRig } from "./deployment-rig.ts";

let rig: DeploymentRig;
let cleaning: CleanUps;
beforeAll(async () => {
  rig = await deploymentRig(inject("serverUrl"), (deps) => ({ ...deps, disk: { require: (actor) => watch().require(actor) } }));
  cleaning = cleanUps(rig.api.cleanUp);
}, 240_000);
afterAll(() => rig?.close());

const watch = () => diskWatch(rig.api.cleanUp, cleaning);
const setPolicy = (policy: object) => request(rig.api, rig.api.adminToken, "PUT", "/clean-up/policy", policy);
const plan = async (): Promise<CleanUpPlan> => (await request(rig.api, rig.api.adminToken, "GET", "/clean-up/plan")).body;
const files = async () => (await readdir(dirname(rig.api.sourcesFolder))).filter((name) => name.endsWith(".tar")).length;
const rows = async () => (await rig.api.deps.database.asSystem((store) => store.cleanUp.facts())).artifacts.map(({ digest }) => digest);

/** All that the database knows of is two days old. */
async function age(): Promise<void> {
  const at = new Date(Date.now() - 48 * 3_600_000);
  await rig.api.asSystem("update agentpod.artifacts set given_at = now() - interval '2 days'");
  for (const digest of await rows())
    await utimes(join(dirname(rig.api.sourcesFolder), `${digest.slice(7)}.tar`), at, at).catch(() => undefined);
}

describe("P16 clean-up of what was deployed", { timeout: 600_000 }, () => {
  it("leaves what serves and what one can go back to: it serves again; of the others neither code nor build is left", async () => {
    await setPolicy({ releases: 2 });
    for (const page of ["one", "two", "three", "four"]) await rig.succeeds("/deployments/shop", { source: await rig.source(page) });
    await age();
    const before = await files();
    const { goes } = await plan();
    expect(goes.filter(({ kind }) => kind === "artifact")).toHaveLength(4);
    expect(goes.filter(({ kind }) => kind === "release").map(({ name }) => name)).toEqual(
      expect.arrayContaining(["acme/shop #1", "acme/shop #2"]),
    );
    const done = await cleaning.run("test");
    expect(done).toMatchObject({ gone: { artifact: 4 }, problems: [] });
    expect(await files()).toBe(before - 4);
    expect((await plan()).goes).toEqual([]);
    expect((await rig.page("shop"))?.page).toBe("four");
    const refused = await rig.call("POST", "/deployments/shop/rollback", { number: 1 });
    expect([refused.status, refused.body.error.message]).toEqual([
      409,
      "There is no such earlier deployment; those that served and are kept: 3.",
    ]);
    const promoted = await rig.call("POST", "/deployments/elsewhere/promote", { from: "shop", number: 2 });
    expect([promoted.status, promoted.body.error.message]).toEqual([409, "Deployment 2 is no longer kept."]);
    await rig.succeeds("/deployments/shop/rollback", { number: 3 });
    expect((await rig.page("shop"))?.page).toBe("three");
    // What serves by a rollback, and what it was gone back from, are the two that are kept now.
    await age();
    await cleaning.run("test");
    await rig.succeeds("/deployments/shop/rollback", { number: 4 });
    expect((await rig.page("shop"))?.page).toBe("four");
  });

  it("while it is being deployed, again and again, nothing that a deployment needs is ever taken", async () => {
    await setPolicy({ releases: 1 });
    let isOver = false;
    let cleaned = 0;
    const cleaner = (async () => {
      while (!isOver) {
        await age();
        cleaned += (await cleaning.run("test")).gone.artifact;
      }
    })();
    try {
      for (let n = 1; n <= 6; n++) {
        const page = `busy ${n}`;
        // What was handed over may go before it is deployed: whoever deploys is told so, and hands it over again.
        for (;;) {
          const asked = await rig.call("POST", "/deployments/busy", { source: await rig.source(page) });
          if (asked.status === 404) continue;
          expect(asked.status).toBe(202);
          expect(await rig.operation(asked.body.operation.id)).toBe("succeeded");
          break;
        }
        expect((await rig.page("busy"))?.page).toBe(page);
      }
    } finally {
      isOver = true;
      await cleaner;
    }
    expect(cleaned).toBeGreaterThan(0);
    await rig.succeeds("/deployments/busy/redeploy");
    expect((await rig.page("busy"))?.page).toBe("busy 6");
  });

  it("a deployment for which there is too little room fails before anything is made, and says what to do", async () => {
    const mb = 1024 * 1024;
    const { machine } = rig.api;
    const [pods, room] = [await rig.podNames(), machine.room];
    machine.room = { free: 500 * mb, total: 1000 * mb };
    try {
      const found = await rig.ended("/deployments/large", { source: await rig.source("large") });
      expect([found.state, found.step]).toEqual(["failed", "room"]);
      expect(found.message).toMatch(/Only 500 MB are free .*; 1536 MB have to be, so nothing was begun\. .*agentpod clean-up policy\.$/);
      expect(await rig.podNames()).toEqual(pods);
    } finally {
      machine.room = room;
    }
    await rig.succeeds("/deployments/large", { source: await rig.source("large") });
  });

  it("of an application that was destroyed nothing is left once its code was not given anew for a while", async () => {
    for (const name of ["shop", "busy", "large"]) {
      const { body } = await rig.call("DELETE", `/deployments/${name}`);
      expect(await rig.operation(body.id)).toBe("succeeded");
    }
    await age();
    await cleaning.run("test");
    const { stays, goes } = await plan();
    expect(goes).toEqual([]);
    expect(stays.filter(({ kind, reason }) => kind !== "artifact" || !reason.startsWith("Template "))).toEqual([]);
    // One for each template that has code.
    expect((await rows()).length).toBe(await files());
  });
});
