import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readCredentials } from "@agentpod/host/credentials";
import { request } from "undici";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { engineAnswers, engineObjects } from "../src/engine.ts";
import { type Installation, makeInstallation } from "../src/installation.ts";
import { answering, nodePod } from "../src/node-unit.ts";
import { processTraces } from "../src/traces.ts";

const runtime = engineAnswers() ? "docker" : "process";
let plane: Installation;
let admin: string;

beforeAll(async () => {
  plane = await makeInstallation(runtime);
  await plane.start();
  admin = readCredentials(plane.home.keys)?.token ?? "";
  for (const tenant of ["acme", "bolts"]) expect(await plane.cli("tenant", "create", tenant)).toMatchObject({ code: 0 });
});
afterAll(async () => {
  await plane?.destroy();
});

interface Refused {
  code: string;
  message: string;
  issues: { path: string; expected: string; nearest?: string }[];
}

async function send(method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE", path: string, body?: unknown, token: string | null = admin) {
  const answer = await request(`http://127.0.0.1:${plane.port}/api/v1${path}`, {
    method,
    headers: {
      host: `localhost:${plane.port}`,
      ...(token !== null && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const json = (await answer.body.json()) as { error?: Refused };
  return { status: answer.statusCode, error: json.error as Refused };
}

/** No row of a pod, no number held, no object on the machine. */
async function nothingIsHalfMade(): Promise<void> {
  const { pods, used } = await plane.inStore(async (store) => ({
    pods: (await store.pods.list({})).map((pod) => pod.name),
    used: await store.allocations.used("local"),
  }));
  expect(pods).toEqual([]);
  expect(used).toEqual({ port: [], subnet: [], uid: [], public_port: [] });
  expect(runtime === "docker" ? engineObjects(plane.id()) : processTraces(plane.home, plane.uids)).toEqual([]);
}

const spec = nodePod(answering);
const unit = (more: object) => ({ ...spec, units: [{ ...spec.units[0], ...more }] });

/** Given spec; where it is wrong; what is said to be expected; the nearest right word. */
const invalid: [string, object, string, RegExp, string?][] = [
  ["an unknown key", unit({ comand: ["node"] }), "spec.units[0].comand", /command/, "command"],
  ["an unknown key of the pod", { ...spec, lifecycel: "task" }, "spec.lifecycel", /lifecycle/, "lifecycle"],
  ["an unknown word", { ...spec, egress: "opne" }, "spec.egress", /open/],
  ["a name that is no label", unit({ name: "App_1" }), "spec.units[0].name", /lower-case|letters/],
  ["an image that is none", unit({ image: "NO IMAGE; rm -rf /" }), "spec.units[0].image", /image reference/],
  ["a port too high", unit({ ports: [{ name: "http", container: 70_000 }] }), "spec.units[0].ports[0].container", /65535/],
  ["an environment key with =", unit({ env: { "A=B": "c" } }), "spec.units[0].env", /environment name/],
  ["memory below all sense", unit({ resources: { memoryMb: 1 } }), "spec.units[0].resources.memoryMb", /16/],
  ["memory as a word", unit({ resources: { memoryMb: "512m" } }), "spec.units[0].resources.memoryMb", /number/],
  ["a route to no unit", { ...spec, routes: [{ unit: "ap", port: "http" }] }, "spec.routes[0].unit", /app/, "app"],
  ["a dependency on itself", unit({ dependsOn: ["app"] }), "spec.units", /circle|itself/],
  ["a volume path with ..", unit({ volumes: [{ name: "data", path: "/a/../b" }] }), "spec.units[0].volumes[0].path", /\.\./],
];

const forbidden: [string, object, string][] = [
  ["privileged", unit({ privileged: true }), "spec.units[0].privileged"],
  ["the host's network", unit({ network_mode: "host" }), "spec.units[0].network_mode"],
  ["a host path", unit({ volumes: [{ name: "data", path: "/data", hostPath: "/etc" }] }), "spec.units[0].volumes[0].hostPath"],
  ["a bind as in compose", unit({ volumes: ["/:/host"] }), "spec.units[0].volumes"],
  ["the engine's socket", unit({ volumes: [{ name: "sock", path: "/var/run/docker.sock" }] }), "spec.units[0].volumes[0].path"],
  ["a device", unit({ devices: ["/dev/kvm"] }), "spec.units[0].devices"],
  ["a capability too many", unit({ capabilities: ["SYS_ADMIN"] }), "spec.units[0].capabilities[0]"],
];

describe("P3 P4 what bad input gets", () => {
  it.each(invalid)("%s: 400 and exit code 2, with path and expectation", async (_what, given, path, expected, nearest) => {
    const { status, error } = await send("POST", "/tenants/acme/pods", { name: "bad", spec: given });
    expect({ status, code: error.code }).toEqual({ status: 400, code: "invalid" });
    const issue = error.issues.find((one) => one.path.startsWith(path));
    expect(issue, JSON.stringify(error)).toBeDefined();
    expect(`${issue?.expected} ${error.message}`).toMatch(expected);
    if (nearest) expect(issue?.nearest).toBe(nearest);
    const { code, stderr, stdout } = await plane.cli("pod", "create", "acme/bad", "--spec", await plane.specFile(given));
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^ERROR invalid: [^\n]+\n$/);
    expect(stderr).toContain(path);
  });

  it.each([
    ["a pod's name that is no label", ["pod", "create", "acme/Web_1", "--template", "hello"], 2],
    ["a pod's name without a tenant", ["pod", "create", "web", "--template", "hello"], 2],
    ["an unknown input, with the nearest", ["pod", "create", "acme/web", "--template", "hello", "--input", "greting=Hi"], 2, "greeting"],
    ["an input that is no number", ["pod", "create", "acme/web", "--template", "hello", "--input", "memoryMb=lots"], 2, "memoryMb"],
    ["an input out of range", ["pod", "create", "acme/web", "--template", "hello", "--input", "memoryMb=1"], 2, "64"],
    ["neither template nor spec", ["pod", "create", "acme/web"], 2],
    ["a template that is not there, with the nearest", ["pod", "create", "acme/web", "--template", "helo"], 5, "hello"],
    ["a tenant that is not there", ["pod", "create", "acmee/web", "--template", "hello"], 5],
    ["a file that is not there", ["pod", "create", "acme/web", "--spec", "/no/such/file.yaml"], 5],
    ["an option that is unknown, with the nearest", ["pod", "create", "acme/web", "--templte", "hello"], 2, "--template"],
    ["a command that is unknown, with the nearest", ["pod", "crate", "acme/web"], 2, "create"],
    ["a pod that is not there", ["pod", "status", "acme/none"], 5],
  ] as [string, string[], number, string?][])("%s", async (_what, args, code, says) => {
    const told = await plane.cli(...args);
    expect({ code: told.code, stdout: told.stdout }, told.stderr).toEqual({ code, stdout: "" });
    expect(told.stderr).toMatch(/^ERROR (invalid|not_found): [^\n]+\n$/);
    if (says) expect(told.stderr).toContain(says);
  });

  it("leaves nothing half-made", nothingIsHalfMade);
});

describe("P20 P3 what no pod may have", () => {
  it.each(forbidden)("%s is refused at create and at update, by API and CLI", async (_what, given, path) => {
    const created = await send("POST", "/tenants/acme/pods", { name: "bad", spec: given });
    expect(created, JSON.stringify(created)).toMatchObject({
      status: 403,
      error: { code: "forbidden", issues: [{ path: expect.stringContaining(path) }] },
    });
    const told = await plane.cli("pod", "create", "acme/bad", "--spec", await plane.specFile(given));
    expect(told).toMatchObject({ code: 4, stdout: "", stderr: expect.stringMatching(/^ERROR forbidden: /) });
    expect(told.stderr).toContain(path);
  });

  it.each(forbidden)("%s is refused in a template", async (_what, given) => {
    const folder = join(plane.home.root, "template");
    await mkdir(folder, { recursive: true });
    const text = { en: "Bad", zh: "坏" };
    const template = { apiVersion: "agentpod/v1", kind: "Template", name: "bad", title: text, description: text, spec: given };
    await writeFile(join(folder, "template.yaml"), JSON.stringify(template));
    expect(await plane.cli("template", "apply", folder, "--tenant", "acme")).toMatchObject({
      code: 4,
      stderr: expect.stringMatching(/^ERROR forbidden: /),
    });
    expect(await plane.cli("template", "show", "bad", "--tenant", "acme")).toMatchObject({ code: 5 });
  });

  it("leaves nothing half-made", nothingIsHalfMade);

  it("a pod that is there stays as it is when its update is refused", async () => {
    expect(await plane.cli("pod", "create", "acme/web", "--spec", await plane.specFile(spec), "--wait")).toMatchObject({ code: 0 });
    for (const [, given, path] of forbidden) {
      const { status, error } = await send("PATCH", "/tenants/acme/pods/web", { spec: given });
      expect({ status, path: error.issues[0]?.path }).toEqual({ status: 403, path: expect.stringContaining(path) });
    }
    for (const [, given] of invalid) expect(await send("PATCH", "/tenants/acme/pods/web", { spec: given })).toMatchObject({ status: 400 });
    expect(await plane.json("pod", "status", "acme/web")).toMatchObject({ generation: 1, observedGeneration: 1, phase: "running" });
    expect(await plane.json("pod", "revisions", "acme/web")).toHaveLength(1);
  });
});

describe("P4 P9 who may not", () => {
  it("a delete without --yes and without a terminal does nothing", async () => {
    for (const args of [
      ["pod", "delete", "acme/web"],
      ["tenant", "delete", "acme", "--force"],
    ]) {
      expect(await plane.cli(...args)).toMatchObject({ code: 2, stderr: expect.stringContaining("--yes") });
    }
    expect(await plane.json("pod", "status", "acme/web")).toMatchObject({ desired: "running" });
  });

  it("a tenant with pods needs --force", async () => {
    expect(await plane.cli("tenant", "delete", "acme", "--yes")).toMatchObject({ code: 6, stderr: expect.stringContaining("--force") });
  });

  it("a token that is none: 401, exit code 3", async () => {
    for (const token of ["ap_wrong", "", "x".repeat(5000)])
      expect(await send("GET", "/pods", undefined, token)).toMatchObject({ status: 401, error: { code: "unauthenticated" } });
    expect(await send("GET", "/pods", undefined, null)).toMatchObject({ status: 401 });
    const other = await plane.cliWith({ AGENTPOD_TOKEN: "ap_wrong" }, "pod", "list");
    expect(other).toMatchObject({ code: 3, stderr: expect.stringMatching(/^ERROR unauthenticated: /) });
  });

  it("another tenant's admin sees nothing of it: 404, exit code 5", async () => {
    const { secret } = await plane.json<{ secret: string }>("token", "create", "stranger", "--tenant", "bolts", "--role", "admin");
    for (const [method, path] of [
      ["GET", "/tenants/acme/pods/web"],
      ["GET", "/tenants/acme/pods/web/logs"],
      ["GET", "/tenants/acme/status"],
      ["POST", "/tenants/acme/pods/web/stop"],
      ["DELETE", "/tenants/acme/pods/web"],
    ] as const)
      expect(await send(method, path, undefined, secret), path).toMatchObject({ status: 404, error: { code: "not_found" } });
    expect(await send("POST", "/tenants/acme/pods", { name: "mine", spec }, secret)).toMatchObject({ status: 404 });
    const other = (...args: string[]) => plane.cliWith({ AGENTPOD_TOKEN: secret }, ...args);
    expect(await other("pod", "status", "acme/web")).toMatchObject({ code: 5, stdout: "" });
    expect(await other("pod", "delete", "acme/web", "--yes")).toMatchObject({ code: 5 });
    expect(JSON.parse((await other("pod", "list", "-o", "json")).stdout)).toEqual([]);
    // Its own refused attempts are its own events; nothing that anyone else did is.
    const seen: { tenant: string; result: string }[] = JSON.parse((await other("events", "-o", "json")).stdout);
    expect(seen.filter((event) => event.tenant !== "bolts" && event.result !== "refused")).toEqual([]);
    expect(await other("tenant", "create", "mine")).toMatchObject({ code: 4 });
    expect(await plane.json("pod", "status", "acme/web")).toMatchObject({ desired: "running", phase: "running" });
    expect(await plane.cli("pod", "delete", "acme/web", "--yes", "--wait")).toMatchObject({ code: 0 });
    await nothingIsHalfMade();
  });
});
