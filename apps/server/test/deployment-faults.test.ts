import { AppError } from "@agentpod/core/errors";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { type DeploymentRig, deploymentRig } from "./deployment-rig.ts";

const wait = { timeout: 120_000, interval: 50 };
const secret = "sk-live-1234567890";

/** How much later it is for who waits for a first answer. */
let laterMs = 0;
let rig: DeploymentRig;
beforeAll(async () => {
  rig = await deploymentRig(
    inject("serverUrl"),
    // As where pods have networks of their own: what listens in one is its own.
    (deps) => ({ ...deps, runtime: { ...deps.runtime, can: { ...deps.runtime.can, isolation: true } } }),
    undefined,
    () => new Date(Date.now() + laterMs),
  );
}, 240_000);
afterAll(() => rig?.close());

const log = async (name: string, number = 1): Promise<{ log: string; relevant: string[] }> =>
  (await rig.call("GET", `/deployments/${name}/${number}/log`)).body;
const record = async (name: string, number = 1) => (await rig.call("GET", `/deployments/${name}/${number}`)).body;
const steps = (id: string) => rig.api.deps.database.asSystem((store) => store.operations.steps(id));
const contents = async () => rig.api.machine.contents(await rig.api.deps.database.asSystem((store) => store.settings.installation()));

/** What a first deployment of this came to; nothing may be left of it but its record. */
async function fails(name: string, how: string, body: object = {}) {
  const found = await rig.ended(`/deployments/${name}`, { source: await rig.source(how, { how }), ...body });
  expect([found.state, await rig.podNames()], found.message).toEqual(["failed", []]);
  await vi.waitFor(async () => expect(await contents()).toEqual([]), wait);
  return found;
}

describe("C3 P14 what becomes of a deployment that does not work out", { timeout: 600_000 }, () => {
  it("nothing that is known: says what it looked for, before anything is made", async () => {
    const source = await rig.files({ "notes.txt": "hello" });
    const found = await rig.ended("/deployments/notes", { source });
    expect([found.state, found.step]).toEqual(["failed", "analyse"]);
    expect(found.message).toMatch(
      /^Step analyse failed: .*agentpod\.yaml, a compose file.*package\.json.* agentpod analyze says the same/s,
    );
    expect(await contents()).toEqual([]);
  });

  it("no start command: says which it looked for", async () => {
    const found = await rig.ended("/deployments/library", {
      source: await rig.files({ "package.json": '{"name":"lib","dependencies":{}}' }),
    });
    expect([found.state, found.step]).toEqual(["failed", "analyse"]);
    expect(found.message).toMatch(/start/);
  });

  it("its install fails: the command, its code and its last lines; a secret that it printed is in none of them", async () => {
    const found = await fails("broken", "install fails", { environment: { STRIPE_KEY: secret } });
    expect([found.step, found.message]).toEqual([
      "install",
      "Step install failed: npm ci ended with exit code 1. See the last lines of its log: agentpod deployment logs.",
    ]);
    const kept = await log("broken");
    expect(kept.log).toMatch(/^==== build\nthe key is \[secret STRIPE_KEY__1\]\n==> npm ci\n/);
    expect(kept.relevant).toEqual(["==> npm ci", "npm error missing: express", "==> npm ci: exit code 1"]);
    const everything = JSON.stringify([kept, await record("broken"), await rig.api.admin.events.list({ tenant: "acme", limit: 200 })]);
    expect(everything).not.toContain(secret);
  });

  it("its build wants more memory, or more time, than it may: how much it had, and where more is asked for", async () => {
    const memory = await fails("hungry", "build eats", { settings: { buildMemoryMb: 128 } });
    expect(memory.message).toBe(
      "Step install failed: The build needed more than its 128 MB of memory. Give it more: agentpod deploy --build-memory, or buildMemoryMb of its settings.",
    );
    const time = await fails("slow", "build is late", { settings: { buildMinutes: 2 } });
    expect(time.message).toMatch(
      /^Step install failed: The build took longer than its 2 minutes\. Give it more: agentpod deploy --build-minutes/,
    );
  });

  it("a build that is cancelled: what it had said by then is kept, and nothing else", async () => {
    const asked = await rig.call("POST", "/deployments/endless", { source: await rig.source("x", { how: "build hangs" }) });
    await vi.waitFor(async () => expect((await steps(asked.body.operation.id)).at(-1)).toMatchObject({ name: "install" }), wait);
    await vi.waitFor(async () => expect(rig.played.builds).toContain("endless-build"), wait);
    await rig.call("POST", "/deployments/endless/1/cancel");
    expect(await rig.operation(asked.body.operation.id)).toBe("cancelled");
    expect(await record("endless")).toMatchObject({ state: "cancelled", message: "Cancelled." });
    expect(await log("endless")).toEqual({ log: "==== build\n==> npm ci\nstill at it\n", relevant: ["==> npm ci", "still at it"] });
    expect(await rig.podNames()).toEqual([]);
    await vi.waitFor(async () => expect(await contents()).toEqual([]), wait);
  });

  it("a build that is ended from outside is built again, a few times", async () => {
    const source = await rig.source("cut", { how: "build is cut once" });
    const { number } = await rig.succeeds("/deployments/cut", { source });
    expect(rig.played.builds.filter((name) => name === "cut-build")).toHaveLength(2);
    expect((await rig.page("cut"))?.page).toBe("cut");
    expect((await log("cut", number)).log).toMatch(/^==== build\n==> npm ci\nhalf of it\n/);
    expect(await rig.operation((await rig.call("DELETE", "/deployments/cut")).body.id)).toBe("succeeded");
    const found = await fails("axed", "build is cut");
    expect([found.step, found.message]).toEqual(["install", expect.stringMatching(/^Step install failed: .*exit code 137/)]);
    expect((await log("axed")).log.match(/^==== .*$/gm)).toEqual(["==== build", "==== build 2", "==== build 3"]);
  });

  it("a Dockerfile that fails: the lines of its build are kept, and no value of a secret is in them, nor in why it failed", async () => {
    const { machine, logs } = rig.api;
    machine.fault = ({ when, method, pod, unit }) => {
      if (when !== "before" || method !== "prepareImage" || pod === null || unit !== "app") return;
      for (const line of ["Step 1/2 : FROM x", "Step 2/2 : RUN make", `make: no rule for ${secret}`]) logs.note({ pod, unit }, line);
      throw new AppError("invalid", `The build of app failed: RUN make returned 2\nmake: no rule for ${secret}`);
    };
    const source = await rig.files({ Dockerfile: "FROM x\nEXPOSE 3000\n" });
    const found = await fails("image", "", { source, environment: { STRIPE_KEY: secret } }).finally(() => {
      machine.fault = null;
    });
    expect([found.step, found.message]).toEqual([
      "probe",
      expect.stringMatching(
        /^Step probe failed: app: The build of app failed: RUN make.*\nmake: no rule for \[secret STRIPE_KEY__1\]\. See/,
      ),
    ]);
    expect((await log("image")).log).toBe(
      "==== application\nStep 1/2 : FROM x\nStep 2/2 : RUN make\nmake: no rule for [secret STRIPE_KEY__1]\n",
    );
    const told = [await rig.api.admin.events.list({ tenant: "acme", limit: 200 }), rig.api.logged];
    expect(JSON.stringify(told)).not.toContain(secret);
  });

  it("it begins as root and would become another user: what to say instead", async () => {
    const found = await fails("rooted", "becomes another");
    expect([found.step, found.message]).toEqual([
      "probe",
      expect.stringMatching(/^Step probe failed: app: app ended with exit code 127; see its logs\. It begins as root .* cap_add: \[CHOWN/),
    ]);
  });

  it("it ends at once: its exit code, its last lines, and what served before serves on", async () => {
    await rig.succeeds("/deployments/shop", { source: await rig.source("one") });
    const before = (await rig.pod("shop")).status.units[0]?.revision;
    const found = await rig.ended("/deployments/shop", { source: await rig.source("two", { how: "starts and ends" }) });
    expect([found.state, found.step]).toEqual(["failed", "probe"]);
    expect(found.message).toMatch(/^Step probe failed: app: app ended with exit code 3; see its logs\. It ended by itself; the last lines/);
    const { relevant } = await log("shop", 2);
    expect(relevant).toContain("Error: no route to the database");
    expect(relevant.join("\n")).not.toContain("visited");
    expect((await rig.page("shop"))?.page).toBe("one");
    expect((await rig.pod("shop")).status.units[0]?.revision).toBe(before);
    const { body } = await rig.call("DELETE", "/deployments/shop");
    expect(await rig.operation(body.id)).toBe("succeeded");
  });

  it("it wants more memory than it may", async () => {
    const found = await fails("fat", "eats", { settings: { memoryMb: 64 } });
    expect(found.message).toMatch(/^Step probe failed: app: app needed more than its 64 MB .* Give it more: agentpod deploy --memory/);
  });

  it("it listens elsewhere: where, and what to do", async () => {
    laterMs = 100_000;
    const found = await fails("elsewhere", "listens elsewhere");
    expect(found.message).toMatch(
      /^Step probe failed: app: app is not healthy: .* It listens on port 8080, not on 3000: let it listen on the port in PORT, or say ports: \[8080\] in agentpod\.yaml\.$/,
    );
  });

  it("it never becomes healthy: what its probe saw", async () => {
    laterMs = 119_000;
    const found = await fails("ill", "answers 500", {
      source: await rig.source("ill", { how: "answers 500", "agentpod.yaml": "probe: /healthz\n" }),
    });
    laterMs = 0;
    expect(found.message).toMatch(
      /^Step probe failed: app: app is not healthy: .*500.* It has to listen on 0\.0\.0\.0 at the port in PORT/,
    );
  });

  it("it writes without end: of its log no more is kept than anybody reads, and its end is there", async () => {
    await fails("chatty", "writes without end");
    const kept = await log("chatty");
    expect(kept.log.length).toBeLessThanOrEqual(400_000);
    expect(kept.log).toContain("the end of it");
    expect(kept.relevant.length).toBeLessThanOrEqual(30);
  });
});

describe("C3 P14 deployments that wait for their turn", { timeout: 600_000 }, () => {
  it("say how many are before them, wherever one looks, and follow; of one project the newest counts", async () => {
    const begin = async (name: string, how: string) =>
      (await rig.call("POST", `/deployments/${name}`, { source: await rig.source(`${name} ${how}`, { how }) })).body as {
        deployment: { number: number };
        operation: { id: string };
      };
    const step = async ({ operation }: { operation: { id: string } }) => (await steps(operation.id)).at(-1)?.name;
    const word = async ({ operation }: { operation: { id: string } }) => (await steps(operation.id)).at(-1)?.message;
    const [first, second] = [await begin("wait-a", "build hangs"), await begin("wait-b", "build hangs")];
    await vi.waitFor(async () => expect([await step(first), await step(second)]).toEqual(["install", "install"]), wait);
    const third = await begin("wait-c", "build hangs");
    await vi.waitFor(async () => expect(await word(third)).toBe("Waiting for its turn: 2 are before it."), wait);
    const fourth = await begin("wait-d", "build hangs");
    await vi.waitFor(async () => expect(await word(fourth)).toBe("Waiting for its turn: 3 are before it."), wait);
    expect((await record("wait-d")).message).toBe("Waiting for its turn: 3 are before it.");
    const again = await begin("wait-a", "runs");
    await vi.waitFor(async () => expect(await word(again)).toBe("Waiting until the deployment before it has ended."), wait);
    const newest = await begin("wait-a", "runs on");
    await vi.waitFor(async () => expect((await record("wait-a", 2)).state).toBe("superseded"), wait);
    await rig.call("POST", "/deployments/wait-b/1/cancel");
    await vi.waitFor(async () => expect(await step(third)).toBe("install"), wait);
    await vi.waitFor(async () => expect(await word(fourth)).toBe("Waiting for its turn: 2 are before it."), wait);
    // Each word is an event, by which whoever watches looks again.
    const events = await rig.api.admin.events.list({ tenant: "acme", limit: 500 });
    const told = events.filter(({ data }) => data.operation === fourth.operation.id).map(({ message }) => message);
    expect(told).toEqual(expect.arrayContaining(["Waiting for its turn: 3 are before it.", "Waiting for its turn: 2 are before it."]));
    for (const [name, number] of [
      ["wait-a", 1],
      ["wait-c", 1],
      ["wait-d", 1],
    ] as const)
      await rig.call("POST", `/deployments/${name}/${number}/cancel`);
    expect(await rig.operation(newest.operation.id)).toBe("succeeded");
    expect((await rig.page("wait-a"))?.page).toBe("wait-a runs on");
    for (const each of [first, third, fourth]) expect(await rig.operation(each.operation.id)).toBe("cancelled");
  });
});
