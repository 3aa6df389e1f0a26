import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { roles } from "@agentpod/core/permission";
import { writeCredentials } from "@agentpod/host/credentials";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { serveApp } from "../src/serve-app.ts";
import { type ApiRig, apiRig, webSpec } from "./api-rig.ts";
import { type Ran, root, runAgentpod } from "./run-agentpod.ts";

let rig: ApiRig;
let folder: string;
beforeAll(async () => {
  rig = await apiRig(inject("serverUrl"));
  folder = await mkdtemp(join(tmpdir(), "agentpod-cli-"));
});
afterAll(async () => {
  await rig.close();
  await rm(folder, { recursive: true });
});

/** As the admin of the rig, unless another environment is given. */
function agentpod(
  args: string[],
  given: { env?: Record<string, string>; input?: string; cwd?: string; program?: string } = {},
): Promise<Ran> {
  const env = { AGENTPOD_HOME: join(folder, "home"), AGENTPOD_URL: rig.url, AGENTPOD_TOKEN: rig.adminToken, ...given.env };
  return runAgentpod(args, { ...given, env, cwd: given.cwd ?? folder });
}

const json = async <T>(args: string[]): Promise<T> => {
  const { code, stdout, stderr } = await agentpod([...args, "-o", "json"]);
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return JSON.parse(stdout) as T;
};

describe("P4 the closed loop by command", () => {
  it("creates a tenant and a pod, waits for it, and deletes it", async () => {
    expect((await agentpod(["tenant", "create", "acme"])).stdout).toContain("Tenant acme is there");
    await writeFile(join(folder, "pod.json"), JSON.stringify(webSpec()));
    const created = await agentpod(["pod", "create", "acme/web", "--spec", "pod.json", "--wait"]);
    expect(created).toMatchObject({ code: 0, stderr: "" });
    expect(created.stdout).toContain("Pod acme/web is running");
    expect(created.stdout).toContain("http://web-acme.localhost:3000");
    const pod = await json<{ phase: string; units: { state: string; health: string; containerId: string | null; pid: number | null }[] }>([
      "pod",
      "status",
      "acme/web",
    ]);
    expect(pod).toMatchObject({ phase: "running", units: [{ state: "running", health: "none" }] });
    expect(pod.units[0]).toHaveProperty("containerId");
    expect(pod.units[0]).toHaveProperty("pid");
    expect(await agentpod(["pod", "stop", "acme/web", "--wait"])).toMatchObject({ code: 0, stdout: expect.stringContaining("is stopped") });
    expect(await agentpod(["pod", "start", "acme/web", "--wait"])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("is running"),
    });
    expect(await agentpod(["pod", "logs", "acme/web"])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("app is played in memory"),
    });
    expect(await agentpod(["pod", "exec", "acme/web", "-i", "--", "cat"], { input: "in and out" })).toMatchObject({
      code: 0,
      stdout: "in and out",
    });
    expect(await agentpod(["pod", "delete", "acme/web", "--yes", "--wait"])).toMatchObject({ code: 0, stdout: "Pod acme/web is gone.\n" });
    expect(await json(["pod", "list"])).toEqual([]);
  });

  it("lists as plain aligned text when piped, and the same as JSON", async () => {
    await agentpod(["tenant", "create", "longer-name", "--pods", "2"]);
    const { stdout } = await agentpod(["tenant", "list"]);
    expect(stdout).toMatch(/^NAME {9}STATE {3}QUOTA {3}AGE\nacme {9}active {2}- {7}\d+s\nlonger-name {2}active {2}pods=2 {2}\d+s\n$/);
    expect((await json<{ name: string }[]>(["tenant", "list"])).map((tenant) => tenant.name)).toEqual(["acme", "longer-name"]);
  });

  it("applies a template with its folder, and types inputs by it", async () => {
    const path = join(folder, "greeter");
    await rm(path, { recursive: true, force: true });
    await mkdir(join(path, "app"), { recursive: true });
    await writeFile(join(path, "app/main.js"), "console.log(1)\n");
    await writeFile(
      join(path, "template.yaml"),
      `apiVersion: agentpod/v1
kind: Template
name: greeter
title: { en: Greeter, zh: 问候 }
description: { en: Says hello, zh: 问候 }
inputs:
  memory: { type: integer, default: 64 }
  greeting: { type: string }
spec:
  units:
    - name: app
      image: "hello:1"
      code: { folder: app }
      resources: { memoryMb: "{{ inputs.memory }}" }
      env: { GREETING: "{{ inputs.greeting }}" }
`,
    );
    expect((await agentpod(["template", "apply", path])).stdout).toBe("Template greeter is at version 1.\n");
    expect((await agentpod(["template", "apply", join(path, "template.yaml")])).stdout).toBe("Template greeter is at version 1.\n");
    expect((await agentpod(["template", "show", "greeter"])).stdout).toMatch(/memory +integer +64\ngreeting +string +required/);
    const pod = await json<{ spec: { units: { resources: { memoryMb: number }; code: { artifact: string } }[] } }>([
      "pod",
      "create",
      "acme/greeter",
      "-t",
      "greeter",
      "-i",
      "memory=128",
      "-i",
      "greeting=a=b 5",
    ]);
    expect(pod.spec.units[0]).toMatchObject({
      resources: { memoryMb: 128 },
      env: { GREETING: "a=b 5" },
      code: { artifact: expect.stringMatching(/^sha256:/) },
    });
  });
});

describe("P4 errors are one line and a stable exit code", () => {
  it.each([
    [["pod", "status", "acme/none"], 5, /^ERROR not_found: .+\n$/],
    [["tenant", "create", "acme"], 6, /^ERROR conflict: .+\n$/],
    [["tenant", "create", "Not A Name"], 2, /^ERROR invalid: name: .+\n$/],
    [["pod", "status", "web"], 2, /^ERROR invalid: web is no pod name.+\n$/],
    [["pod", "statsu", "acme/web"], 2, /^ERROR invalid: unknown command 'statsu' \(Did you mean status\?\)\n$/],
    [["pod", "list", "--nonsense"], 2, /^ERROR invalid: unknown option '--nonsense'\n$/],
    [["pod", "list", "-o", "xml"], 2, /^ERROR invalid: .+table, json.+\n$/],
    [["pod", "delete", "acme/greeter"], 2, /^ERROR invalid: .+--yes.+\n$/],
    [["tenant", "delete", "acme", "--yes"], 6, /^ERROR conflict: .+force\n$/],
    [["pod", "create", "acme/web", "--spec", "missing.yaml"], 5, /^ERROR not_found: missing\.yaml cannot be read\n$/],
  ] as const)("%j", async (args, code, line) => {
    const ran = await agentpod([...args]);
    expect(ran.stderr).toMatch(line);
    expect(ran).toMatchObject({ code, stdout: "" });
  });

  it("tells all that is wrong with a spec, in one line", async () => {
    await writeFile(join(folder, "bad.yaml"), "units: [{name: app, image: 'x y', prots: []}]\n");
    const { code, stderr } = await agentpod(["pod", "create", "acme/bad", "--spec", "bad.yaml"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^ERROR invalid: .*spec\.units\[0\]\.image.*spec\.units\[0\]\.prots.*perhaps ports.*\n$/);
  });

  it("with tokens that may not, that are wrong, and without any", async () => {
    const viewer = await rig.token("acme", roles.viewer);
    expect(await agentpod(["pod", "stop", "acme/greeter"], { env: { AGENTPOD_TOKEN: viewer } })).toMatchObject({ code: 4 });
    expect(await agentpod(["pod", "list"], { env: { AGENTPOD_TOKEN: "ap_wrong-token" } })).toMatchObject({ code: 3 });
    expect(await agentpod(["pod", "list"], { env: { AGENTPOD_TOKEN: "" } })).toMatchObject({
      code: 3,
      stderr: expect.stringContaining("agentpod login"),
    });
  });

  it("when nothing answers", async () => {
    const ran = await agentpod(["pod", "list"], { env: { AGENTPOD_URL: "http://localhost:1" } });
    expect(ran).toMatchObject({ code: 8, stderr: expect.stringMatching(/^ERROR unavailable: AgentPod does not answer at .+\n$/) });
  });

  it("gives up waiting in time", async () => {
    const spec = webSpec();
    const never = { kind: "http", port: "http", status: [599] };
    await writeFile(join(folder, "slow.json"), JSON.stringify({ ...spec, units: [{ ...spec.units[0], probe: never }] }));
    const ran = await agentpod(["pod", "create", "acme/slow", "--spec", "slow.json", "--wait", "--timeout", "1"]);
    expect(ran).toMatchObject({ code: 8, stderr: expect.stringMatching(/^ERROR unavailable: .+after 1 s.+\n$/) });
  });
});

describe("P4 logging in", () => {
  it("stores a token that works, readable by its owner alone, and forgets it", async () => {
    const env = { AGENTPOD_TOKEN: "", AGENTPOD_URL: "" };
    expect(await agentpod(["login", rig.url], { env, input: "ap_wrong-token\n" })).toMatchObject({ code: 3 });
    expect(await agentpod(["login", rig.url], { env, input: `${rig.adminToken}\n` })).toMatchObject({ code: 0 });
    const file = join(folder, "home/keys/login.json");
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(file, "utf8"))).toEqual({ url: rig.url, token: rig.adminToken });
    expect(await agentpod(["whoami"], { env })).toMatchObject({ code: 0, stdout: expect.stringContaining("every tenant") });
    const elsewhere = await agentpod(["whoami"], { env: { ...env, AGENTPOD_URL: "http://localhost:1" } });
    expect(elsewhere).toMatchObject({ code: 3, stderr: expect.stringContaining("no login for http://localhost:1") });
    expect(await agentpod(["logout"], { env })).toMatchObject({ code: 0 });
    expect(await agentpod(["whoami"], { env })).toMatchObject({ code: 3 });
  });

  it("takes a token from a file", async () => {
    await writeFile(join(folder, "token"), rig.adminToken);
    await chmod(join(folder, "token"), 0o600);
    const env = { AGENTPOD_TOKEN: "", AGENTPOD_URL: "" };
    expect(await agentpod(["login", rig.url, "--token-file", "token", "-o", "json"], { env })).toMatchObject({ code: 0 });
    await agentpod(["logout"], { env });
  });
});

describe("P4 on the machine that runs AgentPod", () => {
  it("needs no login, over the private socket, where requests are local", async () => {
    const socketPath = join(folder, "server.sock");
    const server = serveApp(rig.app);
    server.listen(socketPath);
    await once(server, "listening");
    writeCredentials(join(folder, "local/keys"), { url: "http://localhost:3000", socketPath, token: rig.adminToken });
    const env = { AGENTPOD_TOKEN: "", AGENTPOD_URL: "", AGENTPOD_HOME: join(folder, "local") };
    try {
      expect(await agentpod(["pod", "list"], { env })).toMatchObject({ code: 0, stdout: expect.stringContaining("acme/greeter") });
      await agentpod(["pod", "start", "acme/greeter", "--wait"], { env });
      expect(await agentpod(["pod", "exec", "acme/greeter", "-i", "--", "cat"], { env, input: "by socket" })).toMatchObject({
        code: 0,
        stdout: "by socket",
      });
      const [event] = (await rig.admin.events.list({ tenant: "acme", pod: "greeter" })).filter((entry) => entry.type === "pod.exec");
      expect(event?.source).toBe("local");
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});

describe("P4 the launcher", () => {
  it("works through links and from anywhere", async () => {
    await symlink(join(root, "agentpod"), join(folder, "direct"));
    await symlink("direct", join(folder, "again"));
    const ran = await agentpod(["--version"], { program: join(folder, "again"), cwd: "/" });
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
