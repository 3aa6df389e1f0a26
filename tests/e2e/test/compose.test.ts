import { type Client, createClient } from "@agentpod/client/create-client";
import { freePort } from "@agentpod/host/free-port";
import { request } from "undici";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type BuiltImage, buildAgentPodImage } from "../src/agentpod-image.ts";
import { type Compose, composeProgram, composeProject } from "../src/compose.ts";
import { docker, engineAnswers, engineObjects, removeInstallation } from "../src/engine.ts";

interface Inspected {
  HostConfig: { NetworkMode: string; Privileged: boolean };
  Config: { Env: string[] };
  Mounts: { Source: string }[];
}

const canRun = engineAnswers() && composeProgram() !== null && process.getuid?.() === 0;
const patient = { timeout: 120_000, interval: 500 };

describe.skipIf(!canRun)("P18 A20 AgentPod by docker compose (skipped without an engine, Compose or root)", { timeout: 300_000 }, () => {
  const project = `ape2e${process.pid}`;
  const host = "web-acme.localhost";
  let image: BuiltImage;
  let compose: Compose;
  let port: number;
  let client: Client;
  let installation: string;

  const ask = async (name: string, path = "/") => {
    const { statusCode, body } = await request(`http://127.0.0.1:${port}${path}`, {
      headers: { host: `${name}:${port}`, accept: "text/html" },
      headersTimeout: 30_000,
    });
    return { status: statusCode, body: await body.text() };
  };
  const answers = (name = host) => vi.waitFor(async () => expect(await ask(name)).toMatchObject({ status: 200 }), patient);
  const phase = async (pod: string) => (await client.pods.get("acme", pod)).phase;
  const networksOf = (container: string) =>
    Object.keys(JSON.parse(docker("inspect", "--format", "{{json .NetworkSettings.Networks}}", container)) as object);
  const unitOf = () => docker("ps", "-q", "--filter", `label=agentpod.installation=${installation}`, "--filter", "label=agentpod.name=web");

  beforeAll(async () => {
    port = await freePort();
    image = await buildAgentPodImage(`${project}:test`);
    compose = composeProject(image.folder, project, {
      AGENTPOD_IMAGE: image.tag,
      AGENTPOD_PORT: String(port),
      AGENTPOD_HTTPS_PORT: String(await freePort()),
      AGENTPOD_NETWORK: `0-${project}`,
      AGENTPOD_SUBNETS: `10.${120 + (process.pid % 80)}.0.0/16`,
    });
    await compose.run("up", "-d");
  }, 600_000);
  afterAll(async () => {
    await compose?.run("down", "-v").catch(() => undefined);
    if (installation) removeInstallation(installation);
    image?.remove();
  }, 300_000);

  it("comes up, prints the first login, and shows the page to log in", async () => {
    const printed = await vi.waitFor(async () => {
      const logs = await compose.run("logs", "--no-color", "server");
      const found = /password\s+(\S{5}-\S{5}-\S{5}-\S{5})/.exec(logs)?.[1];
      expect(found).toBeDefined();
      return { password: found as string, installation: /"installation":"([0-9a-f-]{36})"/.exec(logs)?.[1] };
    }, patient);
    await answers("localhost");
    expect((await ask("localhost")).body).toMatch(/<title>[^<]*AgentPod/);
    const baseUrl = `http://localhost:${port}`;
    const { token } = await createClient({ baseUrl }).login.password({ email: "admin@localhost", password: printed.password });
    client = createClient({ baseUrl, token: token as string });
    await vi.waitFor(async () => {
      const logs = await compose.run("logs", "--no-color", "server");
      installation = /"installation":"([0-9a-f-]{36})"/.exec(logs)?.[1] as string;
      expect(installation).toBeDefined();
    }, patient);
  });

  it("makes a pod that answers through the gateway, on PostgreSQL 17, behind a firewall", async () => {
    expect(await compose.run("run", "--rm", "cli", "tenant", "create", "acme")).toContain("acme");
    await compose.run("run", "--rm", "cli", "pod", "create", "acme/web", "--template", "hello", "--wait");
    await answers();
    const lines = await client.doctor();
    expect(lines.find(({ check }) => check === "database")).toMatchObject({
      status: "ok",
      message: expect.stringContaining("PostgreSQL 17"),
    });
    expect(lines.filter(({ check }) => check === "runtime").map(({ status }) => status)).toEqual(["ok"]);
  });

  it("gives the engine's socket to the proxy alone, which like the database has no network; no secret is in an environment", async () => {
    for (const service of ["server", "gateway", "terminals", "postgres", "engine-proxy"]) {
      const id = await compose.container(service);
      const [made] = JSON.parse(docker("inspect", id)) as Inspected[];
      const hasSocket = made?.Mounts.some(({ Source }) => Source.endsWith("docker.sock"));
      expect([service, hasSocket]).toEqual([service, service === "engine-proxy"]);
      const { NetworkMode, Privileged } = (made as Inspected).HostConfig;
      expect([service, NetworkMode === "none", Privileged]).toEqual([service, !["server", "gateway"].includes(service), false]);
      expect(made?.Config.Env.filter((one) => /password=|:\/\/[^/]*:[^/]*@|_KEY=./i.test(one))).toEqual([]);
    }
    const server = await compose.container("server");
    expect(docker("exec", server, "stat", "-c", "%a %u", "/run/agentpod-secrets/server/database-url")).toBe("600 10001");
    expect(() => docker("exec", server, "cat", "/run/agentpod-secrets/postgres/password")).toThrow(/denied/i);
    expect(() => docker("exec", server, "touch", "/app/x")).toThrow(/read-only/i);
  });

  it("leaves a pod no way to the control plane but the front door", async () => {
    const address = (container: string) =>
      docker("inspect", "--format", `{{(index .NetworkSettings.Networks "${network}").IPAddress}}`, container);
    const [network = ""] = networksOf(unitOf());
    const reach = (to: string, at: number) =>
      docker(
        "exec",
        unitOf(),
        "node",
        "-e",
        'const s=require("net").connect(+process.argv[2],process.argv[1]);const end=(t)=>{console.log(t);process.exit()};s.setTimeout(1500,()=>end("timeout"));s.on("connect",()=>end("open"));s.on("error",(e)=>end(e.code))',
        to,
        String(at),
      );
    expect(reach(address(await compose.container("gateway")), port)).toBe("open");
    for (const at of [port, 3000, 5432, 2375]) expect(reach(address(await compose.container("server")), at)).not.toBe("open");
    expect(reach("169.254.169.254", 80)).not.toBe("open");
  });

  it("brings back what is killed", async () => {
    const before = await client.pods.get("acme", "web");
    docker("kill", unitOf());
    await vi.waitFor(async () => {
      const after = await client.pods.get("acme", "web");
      expect(after.units[0]?.runId).not.toBe(before.units[0]?.runId);
      expect(after.phase).toBe("running");
    }, patient);
    await answers();
  });

  it("serves on while the server restarts, and reconciles again after it", async () => {
    const failed: string[] = [];
    let answered = 0;
    let isOver = false;
    const visits = (async () => {
      while (!isOver) {
        const { status } = await ask(host).catch((error: Error) => ({ status: error.message }));
        if (status === 200) answered++;
        else failed.push(String(status));
      }
    })();
    await compose.run("restart", "server");
    await vi.waitFor(async () => expect(await phase("web")).toBe("running"), patient);
    isOver = true;
    await visits;
    expect(failed).toEqual([]);
    expect(answered).toBeGreaterThan(5);
    docker("kill", unitOf());
    await vi.waitFor(async () => expect(docker("inspect", "--format", "{{.State.Running}}", unitOf())).toBe("true"), patient);
    await answers();
  });

  it("serves again when the gateway's container is another, or was killed", async () => {
    const old = await compose.container("gateway");
    await compose.run("rm", "-s", "-f", "gateway");
    await compose.run("up", "-d");
    const now = await compose.container("gateway");
    expect(now).not.toBe(old);
    await answers();
    docker("kill", now);
    docker("start", now);
    await answers();
  });

  it("takes its own containers out of a network that goes", async () => {
    const [network = ""] = networksOf(unitOf());
    expect(networksOf(await compose.container("gateway"))).toContain(network);
    await client.pods.delete("acme", "web", false);
    await vi.waitFor(() => expect(engineObjects(installation)).toEqual([]), patient);
    expect(networksOf(await compose.container("gateway"))).toEqual([`0-${project}`]);
    expect(networksOf(await compose.container("server"))).toEqual([`0-${project}`]);
  });

  it("finds its pods again after down and up, and leaves nothing but pods behind", async () => {
    await compose.run("run", "--rm", "cli", "pod", "create", "acme/web", "--template", "hello", "--wait");
    const pod = unitOf();
    await compose.run("down");
    await compose.run("up", "-d");
    await answers();
    expect(unitOf()).toBe(pod);
    await compose.run("down", "-v");
    const ours = ["--filter", `label=com.docker.compose.project=${project}`];
    expect(docker("ps", "-aq", ...ours)).toBe("");
    expect(docker("volume", "ls", "-q", ...ours)).toBe("");
    expect(docker("network", "ls", "-q", ...ours)).toBe("");
    expect(docker("inspect", "--format", "{{.State.Running}}", unitOf())).toBe("true");
  });
});
