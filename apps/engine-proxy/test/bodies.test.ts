import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { engineSocket, type ProxyRig, proxyRig, unitOf } from "./proxy-rig.ts";

const engine = await engineSocket();
type Json = Record<string, unknown>;

/** The body with this one thing in it that must not pass. */
function withHost(body: Json, more: Json): Json {
  return { ...body, HostConfig: { ...(body.HostConfig as Json), ...more } };
}

const container: [string, (body: Json) => unknown][] = [
  ["a folder of the host, as a bind", (body) => withHost(body, { Binds: ["/etc:/host"] })],
  ["a folder of the host, as a mount", (body) => withHost(body, { Mounts: [{ Type: "bind", Source: "/", Target: "/host" }] })],
  [
    "the engine's socket as a volume's source",
    (body) => withHost(body, { Mounts: [{ Type: "volume", Source: "/var/run/docker.sock", Target: "/s" }] }),
  ],
  ["a mount over the engine's socket", (body) => withHost(body, { Mounts: [{ Type: "volume", Target: "/var/run/docker.sock" }] })],
  ["a mount over /proc", (body) => withHost(body, { Tmpfs: { "/proc/sys": "rw,nosuid,nodev,size=1m,mode=1777" } })],
  ["memory with programs of other users' rights", (body) => withHost(body, { Tmpfs: { "/tmp": "rw,suid,dev" } })],
  [
    "a volume with a driver of its own",
    (body) =>
      withHost(body, {
        Mounts: [
          {
            Type: "volume",
            Source: "x",
            Target: "/x",
            VolumeOptions: { DriverConfig: { Name: "local", Options: { type: "none", o: "bind", device: "/" } } },
          },
        ],
      }),
  ],
  ["volumes of another container", (body) => withHost(body, { VolumesFrom: ["other"] })],
  ["privileges", (body) => withHost(body, { Privileged: true })],
  ["more of the CPU than others have", (body) => withHost(body, { CpuShares: 4096 })],
  ["the host's network", (body) => withHost(body, { NetworkMode: "host" })],
  ["another container's network", (body) => withHost(body, { NetworkMode: "container:other" })],
  ["the engine's default network", (body) => withHost(body, { NetworkMode: "bridge" })],
  ["the host's processes", (body) => withHost(body, { PidMode: "host" })],
  ["the host's memory segments", (body) => withHost(body, { IpcMode: "host" })],
  ["the host's name", (body) => withHost(body, { UTSMode: "host" })],
  ["the host's users", (body) => withHost(body, { UsernsMode: "host" })],
  ["the host's cgroups", (body) => withHost(body, { CgroupnsMode: "host" })],
  ["a cgroup of its choice", (body) => withHost(body, { CgroupParent: "/" })],
  ["a device", (body) => withHost(body, { Devices: [{ PathOnHost: "/dev/sda", PathInContainer: "/dev/sda", CgroupPermissions: "rwm" }] })],
  ["a rule for devices", (body) => withHost(body, { DeviceCgroupRules: ["a *:* rwm"] })],
  ["a graphics card", (body) => withHost(body, { DeviceRequests: [{ Count: -1 }] })],
  ["a capability beyond the list", (body) => withHost(body, { CapAdd: ["SYS_ADMIN"] })],
  ["all capabilities", (body) => withHost(body, { CapAdd: ["ALL"] })],
  ["capabilities that are not dropped", (body) => withHost(body, { CapDrop: [] })],
  ["new privileges", (body) => withHost(body, { SecurityOpt: [] })],
  ["no seccomp profile", (body) => withHost(body, { SecurityOpt: ["no-new-privileges:true", "seccomp=unconfined"] })],
  ["no AppArmor profile", (body) => withHost(body, { SecurityOpt: ["apparmor=unconfined"] })],
  ["kernel settings", (body) => withHost(body, { Sysctls: { "net.ipv4.ip_forward": "1" } })],
  ["another runtime", (body) => withHost(body, { Runtime: "io.containerd.runtime.v1.linux" })],
  ["paths that are masked no more", (body) => withHost(body, { MaskedPaths: [], ReadonlyPaths: [] })],
  ["no limit of memory", (body) => withHost(body, { Memory: 0 })],
  ["survival before the host's own processes", (body) => withHost(body, { OomScoreAdj: -1000 })],
  ["a start with the engine", (body) => withHost(body, { RestartPolicy: { Name: "always" } })],
  ["a port on all addresses", (body) => withHost(body, { PortBindings: { "8080/tcp": [{ HostIp: "0.0.0.0", HostPort: "8080" }] } })],
  ["a port of the host's services", (body) => withHost(body, { PortBindings: { "8080/tcp": [{ HostIp: "127.0.0.1", HostPort: "22" }] } })],
  ["all ports", (body) => withHost(body, { PublishAllPorts: true })],
  [
    "a log driver that sends elsewhere",
    (body) => withHost(body, { LogConfig: { Type: "syslog", Config: { "syslog-address": "unix:///dev/log" } } }),
  ],
  ["an unknown word", (body) => withHost(body, { Anything: true })],
  ["an unknown word outside", (body) => ({ ...body, Volumes: { "/x": {} } })],
  ["a health check", (body) => ({ ...body, Healthcheck: { Test: ["CMD", "true"] } })],
  // The engine reads keys in any case.
  ["privileges in other letters", (body) => ({ ...body, hostconfig: { privileged: true } })],
  ["privileges in other letters, inside", (body) => withHost(body, { privileged: true })],
  [
    "labels of another installation",
    (body) => ({ ...body, Labels: { ...(body.Labels as Json), "agentpod.installation": "11111111-2222-4333-8444-555555555555" } }),
  ],
  ["a label that makes it AgentPod's own", (body) => ({ ...body, Labels: { ...(body.Labels as Json), "agentpod.attach": "compose" } })],
  ["a label of Compose", (body) => ({ ...body, Labels: { ...(body.Labels as Json), "com.docker.compose.project": "agentpod" } })],
  ["no labels", (body) => ({ ...body, Labels: {} })],
  ["labels of another pod than its name", (body) => ({ ...body, Labels: { ...(body.Labels as Json), "agentpod.tenant": "other" } })],
  ["a second network", (body) => ({ ...body, NetworkingConfig: { EndpointsConfig: { agentpod_front: { Aliases: [] } } } })],
  [
    "an address of its choice",
    (body) => {
      const [name = ""] = Object.keys((body.NetworkingConfig as { EndpointsConfig: Json }).EndpointsConfig);
      return { ...body, NetworkingConfig: { EndpointsConfig: { [name]: { Aliases: [], IPAMConfig: { IPv4Address: "10.0.0.1" } } } } };
    },
  ],
  ["no object", () => "true"],
];

describe.skipIf(engine === null)(
  "P18 A body that asks for more never reaches the engine (skipped where none answers)",
  { timeout: 60_000 },
  () => {
    let rig: ProxyRig;
    let unit: ReturnType<typeof unitOf>;
    const there = async () => {
      const found = await rig.engine.call<{ Labels: Record<string, string>; Names: string[] }[]>("GET", "/containers/json", {
        query: { all: true },
      });
      return found.filter(({ Names }) => Names.includes(`/${unit.name}`));
    };

    beforeAll(async () => {
      rig = await proxyRig(engine as string, { subnets: "10.19.0.0/16" });
      unit = unitOf(rig.installation);
      // The installation that the proxy is for.
      expect(await rig.ask("POST", "/networks/create", unit.network)).toMatchObject({ status: 201 });
    });
    afterAll(async () => {
      await rig?.engine.call("DELETE", `/networks/${unit.network.Name}`);
      await rig?.close();
    });

    it.each(container)("container: %s", async (_what, change) => {
      const answer = await rig.ask("POST", `/containers/create?name=${unit.name}`, change(structuredClone(unit.body) as Json));
      expect(answer).toMatchObject({ status: 403, message: expect.stringContaining("refused by AgentPod's engine proxy") });
      expect(await there()).toEqual([]);
    });

    it("what it says twice counts once: the engine sees what was checked", async () => {
      const once = JSON.stringify(unit.body);
      const twice = once.replace('"HostConfig":', '"HostConfig":{"Privileged":true,"Binds":["/:/host"]},"HostConfig":');
      expect(await rig.ask("POST", `/containers/create?name=${unit.name}`, twice, { "content-type": "application/json" })).toMatchObject({
        status: 201,
      });
      const made = await rig.engine.call<{ HostConfig: { Privileged: boolean; Binds: unknown } }>("GET", `/containers/${unit.name}/json`);
      expect(made.HostConfig).toMatchObject({ Privileged: false, Binds: null });
      expect(await rig.ask("DELETE", `/containers/${unit.name}?force=true&v=true`)).toMatchObject({ status: 204 });
    });

    it.each<[string, (body: Json) => unknown]>([
      ["another driver", (body) => ({ ...body, Driver: "macvlan" })],
      ["driver options", (body) => ({ ...body, Options: { ...(body.Options as Json), parent: "eth0" } })],
      ["the bridge of another pod", (body) => ({ ...body, Options: { "com.docker.network.bridge.name": "docker0" } })],
      ["the metadata address", (body) => ({ ...body, IPAM: { Driver: "default", Config: [{ Subnet: "169.254.169.0/24" }] } })],
      ["a network outside the range", (body) => ({ ...body, IPAM: { Driver: "default", Config: [{ Subnet: "192.168.0.0/24" }] } })],
      ["a large network", (body) => ({ ...body, IPAM: { Driver: "default", Config: [{ Subnet: "10.19.0.0/16" }] } })],
      ["another scope", (body) => ({ ...body, Scope: "swarm" })],
      ["that any container may join", (body) => ({ ...body, Attachable: true })],
      ["egress where its labels say none", (body) => ({ ...body, Labels: { ...(body.Labels as Json), "agentpod.egress": "none" } })],
      ["a name that is not its own", (body) => ({ ...body, Name: "agentpod-other" })],
    ])("network: %s", async (_what, change) => {
      const other = unitOf(rig.installation);
      const body = change(structuredClone(other.network) as unknown as Json) as Json;
      expect(await rig.ask("POST", "/networks/create", body)).toMatchObject({ status: 403 });
      const found = await rig.engine.call<{ Name: string; Labels: Json }[]>("GET", "/networks");
      expect(found.filter(({ Name, Labels }) => Name === body.Name || Labels?.["agentpod.pod"] === other.run.id.pod)).toEqual([]);
    });

    it.each<[string, Json]>([
      ["a folder of the host", { DriverOpts: { type: "none", o: "bind", device: "/" } }],
      ["another driver", { Driver: "nfs" }],
      ["another name", { Name: "agentpod-home" }],
      ["no labels", { Labels: {} }],
    ])("volume: %s", async (_what, change) => {
      const { pod, tenant, name } = unit.run.scope;
      const labels = { installation: rig.installation, pod, tenant, name, egress: "open", unit: "web", volume: "x" };
      const given = Object.fromEntries(Object.entries(labels).map(([key, value]) => [`agentpod.${key}`, value]));
      const body = { Name: `agentpod-x-${process.pid}`, Driver: "local", DriverOpts: {}, Labels: given, ...change };
      expect(await rig.ask("POST", "/volumes/create", body)).toMatchObject({ status: 403 });
      await expect(rig.engine.call("GET", `/volumes/${body.Name}`)).rejects.toMatchObject({ status: 404 });
    });

    it("build: neither from elsewhere nor outside the pod's network, limits and names", async () => {
      const { pod, tenant, name } = unit.run.scope;
      const labels = {
        "agentpod.installation": rig.installation,
        "agentpod.pod": pod,
        "agentpod.tenant": tenant,
        "agentpod.name": name,
        "agentpod.egress": "open",
        "agentpod.unit": "web",
      };
      const right = {
        t: `agentpod-build/${"a".repeat(12)}:${"b".repeat(16)}`,
        labels: JSON.stringify(labels),
        networkmode: unit.network.Name,
        memory: "1000000000",
        memswap: "1000000000",
        cpushares: "64",
        cpuperiod: "100000",
        cpuquota: "100000",
      };
      const wrong: Record<string, string>[] = [
        { t: "agentpod:0.1.0" },
        { networkmode: "host" },
        { networkmode: "bridge" },
        { memory: "0" },
        { cpushares: "2048" },
        { remote: "https://example.com/x.tar" },
        { version: "2" },
        { extrahosts: "a:1.2.3.4" },
        { cgroupparent: "/" },
        { securityopt: "seccomp=unconfined" },
        { labels: "{}" },
        { buildargs: '{"a":{"b":1}}' },
      ];
      for (const change of wrong) {
        const query = new URLSearchParams({ ...right, ...change });
        expect([change, await rig.ask("POST", `/build?${query}`, Buffer.alloc(1024))]).toMatchObject([change, { status: 403 }]);
      }
      await expect(rig.engine.call("GET", `/images/${right.t}/json`)).rejects.toMatchObject({ status: 404 });
    });

    it("image: no name is given that means something, and AgentPod's own never; none is deleted that was not built here", async () => {
      const before = await rig.engine.call<{ Id: string }>("GET", "/images/postgres:17/json");
      expect(await rig.ask("POST", "/images/node:24-bookworm-slim/tag?repo=postgres&tag=17")).toMatchObject({ status: 403 });
      expect(await rig.ask("POST", "/images/node:24-bookworm-slim/tag?repo=agentpod&tag=9.9.9")).toMatchObject({ status: 403 });
      expect(await rig.ask("DELETE", "/images/postgres:17")).toMatchObject({ status: 403 });
      expect(await rig.ask("POST", "/images/create?fromSrc=http://example.com/x.tar")).toMatchObject({ status: 403 });
      expect(await rig.engine.call("GET", "/images/postgres:17/json")).toMatchObject({ Id: before.Id });
      await expect(rig.engine.call("GET", "/images/agentpod:9.9.9/json")).rejects.toMatchObject({ status: 404 });
    });
  },
);
