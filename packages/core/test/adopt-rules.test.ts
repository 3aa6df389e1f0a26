import { describe, expect, it } from "vitest";
import type { ForeignContainer } from "../src/adopt.ts";
import { specOfForeign } from "../src/adopt-draft.ts";
import { adviseAdoption } from "../src/adopt-rules.ts";
import { draft } from "./draft-rig.ts";

const here = "11111111-0000-4000-8000-000000000000";

const found = (changes: Partial<ForeignContainer> = {}): ForeignContainer => ({
  id: "c0ffee",
  name: "bot",
  image: "bot:1",
  imageId: "sha256:1",
  state: "running",
  startedAt: "2026-01-01T00:00:00Z",
  ports: [{ container: 18_789, published: { address: "0.0.0.0", port: 18_789 } }],
  volumes: [{ name: "bot_data", path: "/data", isReadOnly: false, isAnonymous: false }],
  folders: [{ source: "/srv/bot", path: "/config", isReadOnly: false }],
  restart: { name: "always", retries: 0 },
  compose: { project: "bot", service: "app" },
  manager: null,
  installation: null,
  networkMode: "bot_default",
  networks: [{ name: "bot_default", aliases: ["app"], installation: null }],
  limits: { cpus: null, memoryMb: null, pids: null },
  capabilities: { added: [], dropped: [] },
  isPrivileged: false,
  isAutoRemoved: false,
  hostNamespaces: [],
  devices: [],
  stopGraceSeconds: 10,
  kept: {
    containerId: "c0ffee",
    revision: "",
    image: { reference: "bot:1", id: "sha256:1" },
    hostname: "c0ffee123456",
    isInit: false,
    env: { TOKEN: "s3cret" },
    entrypoint: null,
    command: null,
    workdir: null,
    user: null,
    stopSignal: null,
    volumes: [],
    folders: [],
    tmpfs: {},
    shmBytes: null,
    networks: [{ name: "bot_default", aliases: ["app"] }],
  },
  ...changes,
});

describe("A8 what may be adopted", () => {
  it("an ordinary container of compose may, and is told what stays and what goes", () => {
    const advice = adviseAdoption(found(), here);
    expect(advice).toMatchObject({ obstacles: [], dangers: [] });
    expect(advice.keeps.join("\n")).toMatch(/bot_data[\s\S]*\/srv\/bot[\s\S]*bot_default/);
    expect(advice.loses.join("\n")).toMatch(/outside its volumes[\s\S]*0\.0\.0\.0:18789[\s\S]*always/);
    expect(JSON.stringify(advice)).not.toContain("s3cret");
  });

  it.each<[string, Partial<ForeignContainer>, RegExp]>([
    ["another installation's", { installation: "other" }, /another AgentPod, installation other/],
    ["adopted by another installation", { networks: [{ name: "n", aliases: [], installation: "other" }] }, /another AgentPod/],
    ["ended", { state: "exited" }, /not running \(exited\)/],
    ["of a swarm", { manager: "swarm" }, /made and unmade by swarm/],
    ["on the host's network", { networkMode: "host" }, /network "host"/],
    ["on another's network", { networkMode: "container:abc" }, /network "container:abc"/],
    ["without a name of its image", { image: null }, /docker tag/],
    [
      "that deletes its data when it ends",
      { isAutoRemoved: true, volumes: [{ name: "x", path: "/d", isReadOnly: false, isAnonymous: true }] },
      /--rm/,
    ],
  ])("one %s may not", (_what, changes, reason) => {
    expect(adviseAdoption(found(changes), here).obstacles.join()).toMatch(reason);
  });

  it.each<[string, Partial<ForeignContainer>, RegExp]>([
    ["privileged", { isPrivileged: true }, /privileged/],
    ["with the engine's socket", { folders: [{ source: "/run/docker.sock", path: "/s", isReadOnly: true }] }, /engine's socket/],
    ["with the machine's root", { folders: [{ source: "/", path: "/host", isReadOnly: true }] }, /folder \/ of/],
    ["with /etc/", { folders: [{ source: "/etc/", path: "/e", isReadOnly: false }] }, /folder \/etc/],
    [
      "in the engine's own folder",
      { folders: [{ source: "/var/lib/docker/volumes/x", path: "/e", isReadOnly: false }] },
      /var\/lib\/docker/,
    ],
    ["in the host's pid namespace", { hostNamespaces: ["pid"] }, /namespaces of this machine: pid/],
    ["with a device", { devices: ["/dev/kvm"] }, /\/dev\/kvm/],
    ["with rights", { capabilities: { added: ["SYS_ADMIN", "CHOWN"], dropped: [] } }, /usual: SYS_ADMIN\./],
  ])("one %s only where somebody says so", (_what, changes, reason) => {
    const { obstacles, dangers } = adviseAdoption(found(changes), here);
    expect(obstacles).toEqual([]);
    expect(dangers.join()).toMatch(reason);
  });

  it("a container of this installation's network is no other's", () => {
    expect(adviseAdoption(found({ networks: [{ name: "n", aliases: [], installation: here }] }), here).obstacles).toEqual([]);
  });
});

describe("A8 the spec of an adopted pod", () => {
  it("passes the rules of any spec: folders and secrets are not in it", () => {
    const spec = specOfForeign(found({ isPrivileged: true }), { healthPath: "/health" });
    const drafted = draft({ name: "bot", spec });
    expect(drafted.spec.units).toMatchObject([
      {
        name: "app",
        image: "bot:1",
        rollout: "replace",
        ports: [{ name: "http", container: 18_789 }],
        probe: { kind: "http", path: "/health" },
        resources: { cpus: 2, memoryMb: 2048, pids: 512 },
      },
    ]);
    expect(drafted.routes).toHaveLength(1);
    expect(JSON.stringify(drafted)).not.toMatch(/s3cret|srv\/bot/);
  });

  it("has the container's own limits before those that are wished for", () => {
    const limits = { cpus: 0.5, memoryMb: 300, pids: null };
    const { units } = draft({ name: "bot", spec: specOfForeign(found({ limits }), { memoryMb: 999, cpus: 3 }) }).spec;
    expect(units[0]?.resources).toEqual({ cpus: 0.5, memoryMb: 300, pids: 512 });
  });

  it("drops what the container dropped", () => {
    const capabilities = { added: ["SETUID"], dropped: ["ALL"] };
    expect(draft({ name: "bot", spec: specOfForeign(found({ capabilities }), {}) }).spec.units[0]?.capabilities).toEqual(["SETUID"]);
  });

  it("asks which port is meant where there are several, and has no route without one", () => {
    const ports = [80, 443].map((container) => ({ container, published: null }));
    expect(() => specOfForeign(found({ ports }), {})).toThrow(/--port: 80, 443/);
    expect(draft({ name: "bot", spec: specOfForeign(found({ ports }), { port: 443 }) }).spec.units[0]?.ports).toEqual([
      { name: "http", container: 443 },
      { name: "p80", container: 80 },
    ]);
    expect(draft({ name: "bot", spec: specOfForeign(found({ ports: [] }), {}) }).routes).toEqual([]);
    // What it publishes goes before what its image only names.
    const mixed = [{ container: 80, published: null }, ...found().ports];
    expect(draft({ name: "bot", spec: specOfForeign(found({ ports: mixed }), {}) }).spec.units[0]?.ports[0]?.container).toBe(18_789);
  });
});
