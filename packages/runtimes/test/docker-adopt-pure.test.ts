import type { Kept } from "@agentpod/core/adopt";
import type { UnitRun } from "@agentpod/core/runtime";
import { describe, expect, it } from "vitest";
import { containerBody } from "../src/docker/body.ts";
import { type ForeignDetails, type ForeignImage, foreignOf } from "../src/docker/foreign-details.ts";
import { keptBody } from "../src/docker/kept-body.ts";

const id = "c0ffee".padEnd(64, "0");

const details = (config: Partial<ForeignDetails["Config"]> = {}, host: Partial<ForeignDetails["HostConfig"]> = {}): ForeignDetails => ({
  Id: id,
  Name: "/bot",
  Image: "sha256:1",
  State: { Status: "running", StartedAt: "2026-01-01T00:00:00Z" },
  Config: {
    Image: "bot:1",
    Hostname: "c0ffee123456",
    Labels: { "com.docker.compose.project": "shop", "com.docker.compose.service": "bot" },
    Env: ["PATH=/bin", "NODE_VERSION=24", "TOKEN=a=b"],
    Entrypoint: ["entry"],
    Cmd: ["serve"],
    WorkingDir: "/app",
    User: "",
    ExposedPorts: { "8080/tcp": {}, "53/udp": {} },
    ...config,
  },
  HostConfig: {
    NetworkMode: "shop_default",
    RestartPolicy: { Name: "always", MaximumRetryCount: 0 },
    AutoRemove: false,
    Privileged: false,
    CapAdd: ["CAP_NET_ADMIN"],
    CapDrop: null,
    Devices: null,
    PidMode: "host",
    IpcMode: "private",
    UTSMode: "",
    UsernsMode: "",
    Memory: 256 * 1024 * 1024,
    NanoCpus: 0,
    CpuQuota: 50_000,
    CpuPeriod: 100_000,
    PidsLimit: null,
    Tmpfs: { "/tmp": "size=10m" },
    ShmSize: 64 * 1024 * 1024,
    ...host,
  },
  Mounts: [
    { Type: "volume", Name: "shop_data", Source: "/var/lib/docker/volumes/shop_data/_data", Destination: "/data", RW: true },
    { Type: "volume", Name: "a".repeat(64), Source: "/var/lib/docker/volumes/a/_data", Destination: "/cache", RW: true },
    { Type: "bind", Source: "/srv/config", Destination: "/config", RW: false },
  ],
  NetworkSettings: {
    Ports: {
      "8080/tcp": [
        { HostIp: "::", HostPort: "80" },
        { HostIp: "0.0.0.0", HostPort: "80" },
      ],
    },
    Networks: { shop_default: { Aliases: ["bot", id.slice(0, 12)] }, "agentpod-x": { Aliases: null }, bridge: { Aliases: null } },
  },
});

const image: ForeignImage = {
  RepoTags: ["bot:latest"],
  RepoDigests: null,
  Config: { Env: ["PATH=/bin", "NODE_VERSION=24"], Entrypoint: ["entry"], Cmd: ["other"], WorkingDir: "/app", User: "node" },
};

const kept: Kept = {
  containerId: id,
  revision: "0123456789ab",
  image: { reference: "bot:1", id: "sha256:1" },
  hostname: "c0ffee123456",
  isInit: false,
  env: { TOKEN: "a=b", MODE: "found" },
  entrypoint: null,
  command: ["serve"],
  workdir: null,
  user: "1000",
  stopSignal: "SIGWINCH",
  volumes: [{ name: "shop_data", path: "/data", isReadOnly: false }],
  folders: [{ source: "/srv/config", path: "/config", isReadOnly: true }],
  tmpfs: { "/tmp": "size=10m" },
  shmBytes: 1024,
  networks: [{ name: "shop_default", aliases: ["bot"] }],
};

const run: UnitRun = {
  id: { pod: "5a0e3c8e-0000-4000-8000-000000000001", unit: "app", revision: "0123456789ab" },
  scope: { pod: "5a0e3c8e-0000-4000-8000-000000000001", tenant: "acme", name: "bot", subnet: "10.213.4.0/28", uid: null, egress: "open" },
  hostname: "bot-app",
  alias: "app",
  image: "bot:1",
  build: null,
  code: null,
  entrypoint: null,
  command: null,
  workdir: null,
  env: { MODE: "changed" },
  ports: [{ name: "http", container: 8080, host: 20_001 }],
  volumes: [],
  resources: { cpus: 1, memoryMb: 64, pids: 64 },
  user: null,
  capabilities: [],
  readOnlyRoot: false,
  tmpfs: [],
  stopGraceSeconds: 10,
  stopSignal: null,
  local: null,
};
const installation = "0c8f2a53-6e0e-4d3a-9b1f-5d0a3c1f7e11";
const plain = (of: UnitRun) => containerBody(of, { installation, publish: true, image: of.image ?? "", env: {}, filled: [], cores: null });

describe("A8 a container that AgentPod did not make", () => {
  it("is told by what is its own, and not its image's", () => {
    const found = foreignOf(details(), image, new Map([["agentpod-x", "other"]]));
    expect(found).toMatchObject({
      name: "bot",
      image: "bot:1",
      compose: { project: "shop", service: "bot" },
      ports: [{ container: 8080, published: { address: "0.0.0.0", port: 80 } }],
      volumes: [
        { name: "shop_data", path: "/data", isAnonymous: false },
        { name: "a".repeat(64), path: "/cache", isAnonymous: true },
      ],
      folders: [{ source: "/srv/config", path: "/config", isReadOnly: true }],
      restart: { name: "always", retries: 0 },
      limits: { cpus: 0.5, memoryMb: 256, pids: null },
      capabilities: { added: ["NET_ADMIN"], dropped: [] },
      hostNamespaces: ["pid"],
      networks: [
        { name: "shop_default", aliases: ["bot"], installation: null },
        { name: "agentpod-x", installation: "other" },
        { name: "bridge" },
      ],
    });
    expect(found.kept).toMatchObject({
      hostname: "c0ffee123456",
      isInit: false,
      env: { TOKEN: "a=b" },
      entrypoint: null,
      command: ["serve"],
      workdir: null,
      user: null,
      shmBytes: null,
      tmpfs: { "/tmp": "size=10m" },
      networks: [{ name: "shop_default", aliases: ["bot"] }, { name: "agentpod-x" }],
    });
  });

  it("has an image that can be found again, or says that it has none", () => {
    const started = (by: string, of: ForeignImage | null) => foreignOf(details({ Image: by }), of, new Map()).image;
    expect(started("sha256:".padEnd(71, "a"), image)).toBe("bot:latest");
    expect(started("0123456789ab", { ...image, RepoTags: [], RepoDigests: ["bot@sha256:1"] })).toBe("bot@sha256:1");
    expect(started("0123456789ab", { ...image, RepoTags: ["<none>:<none>"] })).toBeNull();
    expect(started("registry.example.com/bot", null)).toBe("registry.example.com/bot");
  });

  it("started by hand from an image that AgentPod built is nobody's", () => {
    const own = details({ Labels: { "agentpod.installation": "other" } });
    expect(foreignOf(own, image, new Map()).installation).toBe("other");
    const built = { ...image, Config: image.Config && { ...image.Config, Labels: { "agentpod.installation": "other" } } };
    expect(foreignOf(own, built, new Map()).installation).toBeNull();
    const unit = details({ Labels: { "agentpod.installation": "other", "agentpod.unit": "app" } });
    expect(foreignOf(unit, built, new Map()).installation).toBe("other");
  });

  it("of a swarm or of kubernetes says so", () => {
    expect(foreignOf(details({ Labels: { "com.docker.swarm.service.id": "x" } }), image, new Map()).manager).toBe("swarm");
    expect(foreignOf(details({ Labels: { "io.kubernetes.pod.uid": "x" } }), image, new Map()).manager).toBe("kubernetes");
  });

  it("made anew has what it had, in the confinement of any pod", () => {
    const body = keptBody(plain(run), run, kept, true);
    expect(body).toMatchObject({
      Image: "sha256:1",
      Hostname: "c0ffee123456",
      User: "1000",
      Cmd: ["serve"],
      StopSignal: "SIGWINCH",
      Env: ["TOKEN=a=b", "MODE=changed"],
      HostConfig: {
        ...plain(run).HostConfig,
        Mounts: [
          { Type: "volume", Source: "shop_data", Target: "/data", ReadOnly: false },
          { Type: "bind", Source: "/srv/config", Target: "/config", ReadOnly: true },
        ],
        Tmpfs: { "/tmp": "size=10m" },
        ShmSize: 1024,
        CapDrop: ["ALL"],
        Init: false,
        Privileged: false,
      },
    });
    expect(body).not.toHaveProperty("Entrypoint");
    expect(body.Labels["agentpod.body"]).not.toBe(plain(run).Labels["agentpod.body"]);
  });

  it("made anew by another spec follows that, and keeps its data", () => {
    const changed = { ...run, image: "bot:2", command: ["other"], user: "2000" };
    expect(keptBody(plain(changed), changed, kept, true)).toMatchObject({ Image: "bot:2", Cmd: ["other"], User: "2000" });
    expect(keptBody(plain(run), run, kept, false).Image).toBe("bot:1");
    expect(keptBody(plain(changed), changed, kept, true).HostConfig.Mounts).toHaveLength(2);
  });
});
