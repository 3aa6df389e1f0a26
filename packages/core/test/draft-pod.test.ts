import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { draftPod } from "../src/draft-pod.ts";
import { AppError } from "../src/errors.ts";
import type { PodSpecInput } from "../src/pod-spec.ts";
import { acme, context, draft, processCan, storedPod, templateOf } from "./draft-rig.ts";

const http = { name: "http", container: 8080 };
const web = { name: "web", image: "web:1", ports: [http] };
const one = (extra: Record<string, unknown>) => ({ units: [{ ...web, ...extra }] });
const digest = `sha256:${"a".repeat(64)}`;

function issueOf(spec: unknown, path: string, changes = {}) {
  try {
    draft({ spec }, changes);
  } catch (thrown) {
    return thrown instanceof AppError ? thrown.issues.find((issue) => issue.path === path) : undefined;
  }
  return undefined;
}

describe("A2 a draft from a bare spec", () => {
  test("is complete: defaults filled, routes with their declared hosts", () => {
    const made = draft({ spec: { ...one({}), routes: [{ unit: "web", port: "http", hosts: ["shop.example.com"] }] } });
    expect(made).toMatchObject({ name: "web", template: null, inputs: {}, secrets: {} });
    expect(made.spec.units[0]?.resources).toEqual({ cpus: 1, memoryMb: 512, pids: 256 });
    expect(made.routes).toEqual([
      {
        index: 0,
        unit: "web",
        port: "http",
        hosts: ["shop.example.com"],
        path: "/",
        timeoutSeconds: 60,
        drainSeconds: 30,
        policies: null,
        split: null,
        wake: false,
        wakeSeconds: 60,
      },
    ]);
  });

  test("takes the values of the secrets it reads, and keeps them out of spec and inputs", () => {
    const made = draft({ spec: one({ env: { KEY: "{{ secrets.key }}" } }), inputs: { key: "hunter2" } });
    expect(made.secrets).toEqual({ key: "hunter2" });
    expect(JSON.stringify([made.spec, made.inputs])).not.toContain("hunter2");
    expect(() => draft({ spec: one({ env: { KEY: "{{ secrets.key }}" } }) })).toThrow(/inputs\.key: expected the value of/);
    expect(() => draft({ spec: one({ env: { KEY: "{{ secrets.key }}" } }), inputs: { kee: "x" } })).toThrow(/perhaps key/);
  });

  test("neither template nor spec, or both, is refused", () => {
    expect(() => draft({})).toThrow(/needs a template or a spec/);
  });
});

describe("P3 cross checks name the path and the nearest valid name", () => {
  const db = { name: "db", image: "postgres:17", ports: [{ name: "pg", container: 5432 }] };
  test.each<[string, unknown, string, string | undefined]>([
    ["unit names are unique", { units: [web, web] }, "spec.units[1].name", undefined],
    ["a pod without a route cannot be woken", { units: [web], idle: { sleepAfterSeconds: 60 } }, "spec.idle", undefined],
    ["a task does not sleep", { units: [web], lifecycle: "task", idle: { sleepAfterSeconds: 60 } }, "spec.idle", undefined],
    ["port names are unique", one({ ports: [http, { ...http, container: 1 }] }), "spec.units[0].ports[1].name", undefined],
    ["port numbers are unique", one({ ports: [http, { ...http, name: "b" }] }), "spec.units[0].ports[1].container", undefined],
    [
      "volume names are unique",
      one({
        volumes: [
          { name: "a", path: "/a" },
          { name: "a", path: "/b" },
        ],
      }),
      "spec.units[0].volumes[1].name",
      undefined,
    ],
    [
      "one mount per folder",
      one({
        volumes: [
          { name: "a", path: "/a" },
          { name: "b", path: "/a/" },
        ],
      }),
      "spec.units[0].volumes[1].path",
      undefined,
    ],
    [
      "no volume over the code",
      one({ code: { artifact: digest, path: "/srv/app" }, volumes: [{ name: "a", path: "/srv" }] }),
      "spec.units[0].volumes[0].path",
      undefined,
    ],
    ["a route's unit exists", { ...one({}), routes: [{ unit: "wep", port: "http" }] }, "spec.routes[0].unit", "web"],
    ["a route's port exists", { ...one({}), routes: [{ unit: "web", port: "htpp" }] }, "spec.routes[0].port", "http"],
    [
      "routes differ in path or host",
      {
        ...one({}),
        routes: [
          { unit: "web", port: "http" },
          { unit: "web", port: "http" },
        ],
      },
      "spec.routes[1].path",
      undefined,
    ],
    [
      "a route's host is not the machine's",
      { ...one({}), routes: [{ unit: "web", port: "http", hosts: ["localhost"] }] },
      "spec.routes[0].hosts[0]",
      undefined,
    ],
    ["dependsOn exists", { units: [{ ...web, dependsOn: ["bd"] }, db] }, "spec.units[0].dependsOn[0]", "db"],
    [
      "no circle",
      {
        units: [
          { ...web, dependsOn: ["db"] },
          { ...db, dependsOn: ["web"] },
        ],
      },
      "spec.units",
      undefined,
    ],
    ["not even with itself", one({ dependsOn: ["web"] }), "spec.units", undefined],
    ["a probe's port exists", one({ probe: { kind: "http", port: "htp" } }), "spec.units[0].probe.port", "http"],
    [
      "placeholders of other units",
      { units: [{ ...web, env: { DB: "{{ units.db.prot }}" } }, db] },
      "spec.units[0].env.DB",
      "{{ units.db.port }}",
    ],
    ["placeholders of volumes", one({ env: { A: "{{ volumes.data }}" } }), "spec.units[0].env.A", undefined],
    ["inputs without a template", one({ env: { A: "{{ inputs.a }}" } }), "spec.units[0].env.A", undefined],
    ["image or build, not both", one({ build: { artifact: digest } }), "spec.units[0].build", undefined],
    ["image or build, not neither", { units: [{ name: "web" }] }, "spec.units[0].image", undefined],
    [
      "no overlap on an exclusive volume",
      one({ rollout: "overlap", volumes: [{ name: "a", path: "/a" }] }),
      "spec.units[0].rollout",
      undefined,
    ],
  ])("%s", (_rule, spec, path, close) => {
    const issue = issueOf(spec, path);
    expect(issue?.expected).toBeTruthy();
    expect(issue?.nearest).toBe(close);
  });

  test.each(["command", "entrypoint"])("P8 a secret in %s is refused: arguments show in process lists", (where) => {
    const spec = one({ [where]: ["run", "--password={{ secrets.key }}"] });
    expect(() => draft({ spec, inputs: { key: "x" } })).toThrow(/no secret in arguments; put \{\{ secrets\.key \}\} into env/);
  });

  test("an artifact that the tenant may not use looks like one that is not there", () => {
    expect(issueOf(one({ code: { artifact: digest } }), "spec.units[0].code.artifact", { artifactAllowed: () => false })?.expected).toMatch(
      /of this tenant/,
    );
  });
});

test("W4 P7 how soon a pod sleeps may be an input of its template", () => {
  const spec = {
    ...one({ ports: [http] }),
    routes: [{ unit: "web", port: "http", wakeSeconds: 30 }],
    idle: { sleepAfterSeconds: "{{ inputs.idle }}" },
  };
  const template = templateOf({ idle: { type: "integer", default: 600 } }, spec);
  expect(draft({ template }).spec.idle).toEqual({ sleepAfterSeconds: 600 });
  expect(draft({ template, inputs: { idle: 900 } })).toMatchObject({
    spec: { idle: { sleepAfterSeconds: 900 } },
    routes: [{ wakeSeconds: 30 }],
  });
  expect(() => draft({ template, inputs: { idle: 1 } })).toThrow("spec.idle.sleepAfterSeconds");
});

describe("P6 what the runtime cannot do is refused at draft", () => {
  const onProcess = { capabilities: processCan, runtimeKind: "process" as const };
  const local = { argv: ["node", "main.js", "{{ units.web.port }}"] };
  test("a process unit needs local, and then no image", () => {
    expect(issueOf(one({}), "spec.units[0].local", onProcess)?.expected).toMatch(/process runtime/);
    expect(draft({ spec: { units: [{ name: "web", ports: [http], local }] } }, onProcess).spec.units[0]?.image).toBeUndefined();
  });

  test("a process unit has to be told its port", () => {
    expect(issueOf(one({ local: { argv: ["node", "main.js"] } }), "spec.units[0].local", onProcess)?.expected).toContain(
      "{{ units.web.port }}",
    );
  });

  test("egress none needs a runtime that enforces it", () => {
    expect(issueOf({ ...one({ local }), egress: "none" }, "spec.egress", onProcess)?.expected).toMatch(/cannot shut/);
    expect(draft({ spec: { ...one({}), egress: "none" } }).spec.egress).toBe("none");
  });

  test("a build needs a builder", () => {
    const spec = { units: [{ ...web, image: undefined, build: { artifact: digest } }] };
    expect(issueOf(spec, "spec.units[0].build", { capabilities: { ...processCan, image: true } })?.expected).toMatch(/builds none/);
  });
});

describe("P5 an update", () => {
  const before: PodSpecInput = one({ env: { KEY: "{{ secrets.key }}" }, volumes: [{ name: "data", path: "/data" }] });
  const previous = storedPod(before);

  test("keeps stored secrets that are not given again", () => {
    expect(draft({ spec: before, previous }).secrets).toEqual({});
    expect(draft({ spec: before, previous, inputs: { key: "new" } }).secrets).toEqual({ key: "new" });
  });

  test("going back to a spec that reads a secret which is still stored asks for nothing", () => {
    const plain = storedPod(one({ volumes: [{ name: "data", path: "/data" }] }));
    expect(() => draft({ spec: before, previous: plain })).toThrow(/inputs\.key: expected the value/);
    expect(draft({ spec: before, previous: plain, storedSecrets: ["key"] }).secrets).toEqual({});
  });

  test("does not lose a volume silently", () => {
    expect(() => draft({ spec: one({}), previous })).toThrow(/volume "data" of unit "web" to stay/);
    expect(() => draft({ spec: { units: [{ ...web, name: "other" }] }, previous })).toThrow(/volume "data" of unit "web" to stay/);
  });

  test("a pod or tenant that is going takes no change", () => {
    expect(() => draft({ spec: before, previous: { ...previous, desired: "deleted" } })).toThrow(
      expect.objectContaining({ code: "conflict" }),
    );
    expect(() => draft({ spec: one({}), tenant: { ...acme, state: "deleting" } })).toThrow(expect.objectContaining({ code: "conflict" }));
  });

  test("quota counts the pod itself once, and a stopped pod not at all", () => {
    const tenant = { ...acme, quota: { pods: 1 } };
    expect(draft({ spec: before, previous, tenant }, { tenantPods: [previous] }).name).toBe("web");
    expect(() => draft({ spec: one({}), tenant, name: "second" }, { tenantPods: [previous] })).toThrow(
      expect.objectContaining({ code: "quota_exceeded" }),
    );
    const stopped = storedPod(before, { id: "p2", desired: "stopped" });
    expect(draft({ spec: before, previous: stopped, tenant }, { tenantPods: [previous, stopped] }).name).toBe("web");
  });

  test("a full machine refuses more, and says what is left", () => {
    expect(() => draft({ spec: one({}) }, { machine: { memoryFreeMb: 300, diskFreeMb: 9000 } })).toThrow(/300 MB of memory left/);
  });
});

describe("P20 forbidden things, on create and on update alike", () => {
  const previous = storedPod({ units: [web] });
  test.each([
    one({ privileged: true }),
    { ...one({}), network_mode: "host" },
    one({ volumes: ["/var/run/docker.sock:/s"] }),
    one({ volumes: [{ name: "a", path: "/run/docker.sock" }] }),
    one({ capabilities: ["SYS_ADMIN"] }),
  ])("%j", (spec) => {
    for (const request of [{ spec }, { spec, previous }])
      expect(() => draft(request)).toThrow(expect.objectContaining({ code: "forbidden" }));
  });
});

describe("P3 any input at all", () => {
  const word = fc.constantFrom(
    "web",
    "db",
    "image",
    "name",
    "http",
    "{{ secrets.x }}",
    "{{ inputs.x }}",
    "{{",
    "/",
    "..",
    "postgres:17",
    "constructor",
    "__proto__",
  );
  const near = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      word,
      fc.integer(),
      fc.boolean(),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(
        fc.constantFrom(
          "units",
          "name",
          "image",
          "env",
          "ports",
          "container",
          "volumes",
          "path",
          "probe",
          "kind",
          "routes",
          "unit",
          "port",
          "local",
          "argv",
          "code",
          "dependsOn",
        ),
        tie("value"),
      ),
    ),
  })).value;

  test("gives a draft or an AppError, never a crash", () => {
    fc.assert(
      fc.property(fc.oneof(near, fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue()), fc.string(), (spec, inputs, name) => {
        for (const podName of [name, "web"]) {
          try {
            draftPod({ tenant: acme, name: podName, inputs, spec }, context());
          } catch (thrown) {
            expect(thrown).toBeInstanceOf(AppError);
            expect(["invalid", "forbidden"]).toContain((thrown as AppError).code);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
