import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { type DeploymentRig, deploymentRig } from "./deployment-rig.ts";

const wait = { timeout: 120_000, interval: 50 };
/** Once requests went to it there is nothing left to cancel. */
const onceItServes = ["drain", "serve", "end"];

let rig: DeploymentRig;
beforeAll(async () => {
  rig = await deploymentRig(inject("serverUrl"));
}, 240_000);
afterAll(() => rig?.close());

interface Cancel {
  step: string;
  when: "before" | "within";
}

/** How it went, and which steps of it there are to cancel at; cancelled at one of them by the API, as anybody would. */
async function ended(name: string, verb: string, body: object, cancel: Cancel | null = null) {
  const seen: Cancel[] = [];
  let isAsked = false;
  rig.atStep = async (operation, step, when) => {
    seen.push({ step, when });
    if (isAsked || step !== cancel?.step || when !== cancel.when) return;
    isAsked = true;
    const records: { number: number; operation: string }[] = (await rig.call("GET", `/deployments?name=${name}`)).body;
    const number = records.find((record) => record.operation === operation)?.number;
    expect((await rig.call("POST", `/deployments/${name}/${number}/cancel`)).status).toBe(202);
  };
  const record = await rig.ended(`/deployments/${name}${verb}`, body);
  rig.atStep = null;
  expect(isAsked, `${cancel?.when} ${cancel?.step} was come by`).toBe(cancel !== null);
  return { ...record, seen };
}

const project = async (page: string) => ({
  source: await rig.source(page, { "agentpod.yaml": "needs: [postgres]\nmigrations: node migrate.js\n" }),
});
const specOf = async (name: string) => (await rig.pod(name)).spec;
const contents = async () => rig.api.machine.contents(await rig.api.deps.database.asSystem((store) => store.settings.installation()));

describe("C3 C8 P14 cancelled at any step", { timeout: 900_000 }, () => {
  it("a deployment: what served before serves on as it was, until it is switched to; the next goes through", async () => {
    await rig.succeeds("/deployments/shop", await project("first"));
    const { state, message, seen } = await ended("shop", "", await project("plain"));
    expect(state, message).toBe("succeeded");
    expect(new Set(seen.map(({ step }) => step))).toEqual(
      new Set([
        ...["turn", "room", "analyse", "record", "database", "build", "install", "take", "keep"],
        ...["migrate", "migrated", "start", "probe", "route", "drain", "serve", "end"],
      ]),
    );
    let serving = "plain";
    const table: Record<string, string>[] = [];
    for (const cancel of seen) {
      const page = `${cancel.when} ${cancel.step}`;
      const before = await specOf("shop");
      const found = await ended("shop", "", await project(page), cancel);
      table.push({ step: cancel.step, cancelled: cancel.when, ended: found.state });
      // In the middle of the switch it may be too late, or not.
      const either =
        page === "within route" ? ["cancelled", "succeeded"] : [onceItServes.includes(cancel.step) ? "succeeded" : "cancelled"];
      expect(either, `${page}: ${found.message}`).toContain(found.state);
      if (found.state === "succeeded") serving = page;
      else {
        expect(found).toMatchObject({ message: "Cancelled.", serves: false });
        expect(await specOf("shop")).toEqual(before);
      }
      expect([(await rig.page("shop"))?.page, await rig.podNames()]).toEqual([serving, ["shop", "shop-build"]]);
      expect((await rig.pod("shop-build")).desired).toBe("stopped");
    }
    console.table(table);
    await rig.succeeds("/deployments/shop", await project("last"));
    expect((await rig.page("shop"))?.page).toBe("last");
  });

  it("going back: the same", async () => {
    const { state, message, seen } = await ended("shop", "/rollback", {});
    expect(state, message).toBe("succeeded");
    let serving = (await rig.page("shop"))?.page;
    for (const cancel of seen.filter(({ when }) => when === "before")) {
      const found = await ended("shop", "/rollback", {}, cancel);
      expect(found.state, `${cancel.step}: ${found.message}`).toBe(onceItServes.includes(cancel.step) ? "succeeded" : "cancelled");
      const page = (await rig.page("shop"))?.page;
      if (found.state === "cancelled") expect(page, cancel.step).toBe(serving);
      else expect(page, cancel.step).not.toBe(serving);
      serving = page;
    }
  });

  it("a first one: nothing of it stays but its record", async () => {
    const left = await contents();
    const { state, message, seen } = await ended("fresh", "", await project("plain"));
    expect(state, message).toBe("succeeded");
    expect(seen.map(({ step }) => step)).toEqual(expect.arrayContaining(["database", "database-ready"]));
    const gone = await rig.call("DELETE", "/deployments/fresh");
    expect(await rig.operation(gone.body.id)).toBe("succeeded");
    const open = seen.filter(({ step, when }) => !onceItServes.includes(step) && step !== "route" && when === "before");
    for (const cancel of open) {
      const found = await ended("fresh", "", await project(`never ${cancel.step}`), cancel);
      expect(found, cancel.step).toMatchObject({ state: "cancelled", message: "Cancelled." });
      expect(await rig.podNames()).toEqual(["shop", "shop-build"]);
    }
    await vi.waitFor(async () => expect(await contents()).toEqual(left), wait);
    await rig.succeeds("/deployments/fresh", await project("at last"));
  });
});
