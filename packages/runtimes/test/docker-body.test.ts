import type { PodScope, UnitRun } from "@agentpod/core/runtime";
import { describe, expect, it } from "vitest";
import { type BodyOptions, containerBody, networkBody, volumeBody } from "../src/docker/body.ts";
import { buildQuery } from "../src/docker/build-image.ts";
import { bridgeName, containerName } from "../src/docker/names.ts";

const installation = "0c8f2a53-6e0e-4d3a-9b1f-5d0a3c1f7e11";
const scope: PodScope = {
  pod: "5a0e3c8e-0000-4000-8000-000000000001",
  tenant: "acme",
  name: "api",
  subnet: "10.213.4.0/28",
  uid: null,
  egress: "open",
};
const run: UnitRun = {
  id: { pod: scope.pod, unit: "web", revision: "0123456789ab" },
  scope,
  hostname: "web",
  alias: "web",
  image: "node:24-bookworm-slim",
  build: null,
  code: { artifact: `sha256:${"a".repeat(64)}`, path: "/app" },
  entrypoint: null,
  command: ["node", "/app/main.js"],
  workdir: "/app",
  env: { PORT: "3000", TOKEN: "s3cret" },
  ports: [{ name: "http", container: 3000, host: 20_001 }],
  volumes: [{ id: { pod: scope.pod, unit: "web", volume: "data" }, path: "/data" }],
  resources: { cpus: 0.5, memoryMb: 64, pids: 100 },
  user: "1000",
  capabilities: ["CHOWN"],
  readOnlyRoot: false,
  tmpfs: [{ path: "/tmp", sizeMb: 16 }],
  stopGraceSeconds: 7,
  stopSignal: "SIGINT",
  local: { argv: ["node", "x"], env: {}, needs: [] },
};
const options: BodyOptions = { installation, publish: true, image: "node:24-bookworm-slim", env: {}, filled: ["/app"], cores: null };

describe("P6 P20 A11 what the engine is asked for", () => {
  it("a container: hardened, limited, on its pod's network alone, published on loopback alone", () => {
    expect(containerBody(run, options)).toEqual({
      Image: "node:24-bookworm-slim",
      Hostname: "web",
      User: "1000",
      Cmd: ["node", "/app/main.js"],
      WorkingDir: "/app",
      Env: ["PORT=3000", "TOKEN=s3cret"],
      ExposedPorts: { "3000/tcp": {} },
      StopTimeout: 7,
      StopSignal: "SIGINT",
      HostConfig: {
        NetworkMode: "agentpod-acme-api-d342f965",
        PortBindings: { "3000/tcp": [{ HostIp: "127.0.0.1", HostPort: "20001" }] },
        Mounts: [
          {
            Type: "volume",
            Source: "agentpod-acme-api-web-data-d342f965",
            Target: "/data",
            VolumeOptions: {
              Labels: {
                "agentpod.installation": installation,
                "agentpod.pod": scope.pod,
                "agentpod.tenant": "acme",
                "agentpod.name": "api",
                "agentpod.egress": "open",
                "agentpod.unit": "web",
                "agentpod.volume": "data",
              },
            },
          },
        ],
        Tmpfs: { "/tmp": "rw,nosuid,nodev,size=16m,mode=1777" },
        Memory: 67_108_864,
        MemorySwap: 67_108_864,
        NanoCpus: 500_000_000,
        PidsLimit: 100,
        OomScoreAdj: 500,
        CapDrop: ["ALL"],
        CapAdd: ["CHOWN"],
        SecurityOpt: ["no-new-privileges:true"],
        Privileged: false,
        ReadonlyRootfs: false,
        IpcMode: "private",
        PublishAllPorts: false,
        RestartPolicy: { Name: "no" },
        AutoRemove: false,
        Init: true,
        LogConfig: { Type: "json-file", Config: { "max-size": "10m", "max-file": "2" } },
      },
      NetworkingConfig: { EndpointsConfig: { "agentpod-acme-api-d342f965": { Aliases: ["web"] } } },
      Labels: {
        "agentpod.installation": installation,
        "agentpod.pod": scope.pod,
        "agentpod.tenant": "acme",
        "agentpod.name": "api",
        "agentpod.egress": "open",
        "agentpod.unit": "web",
        "agentpod.revision": "0123456789ab",
        "agentpod.ports": '{"http":[3000,20001]}',
        "agentpod.network": "agentpod-acme-api-d342f965",
        "agentpod.body": expect.stringMatching(/^[0-9a-f]{12}$/),
      },
    });
  });

  it("leaves to the image what the run leaves open, and has no alias while two revisions overlap", () => {
    const body = containerBody(
      { ...run, alias: null, user: null, stopSignal: null, command: null, workdir: null, tmpfs: [], volumes: [] },
      options,
    );
    for (const key of ["User", "Cmd", "Entrypoint", "WorkingDir", "StopSignal"]) expect(body).not.toHaveProperty(key);
    expect(Object.values(body.NetworkingConfig.EndpointsConfig)).toEqual([{ Aliases: [] }]);
  });

  it("limits to no more cores than the engine's machine has, which it would refuse", () => {
    const cpus = (cores: number | null) =>
      containerBody({ ...run, resources: { ...run.resources, cpus: 6 } }, { ...options, cores }).HostConfig.NanoCpus;
    expect([cpus(2), cpus(8), cpus(null)]).toEqual([2e9, 6e9, 6e9]);
  });

  it("publishes nothing without egress or where the control plane is in a container", () => {
    expect(containerBody({ ...run, scope: { ...scope, egress: "none" } }, options).HostConfig.PortBindings).toEqual({});
    expect(containerBody(run, { ...options, publish: false }).HostConfig.PortBindings).toEqual({});
  });

  it("gives a read-only root a volume where code is put, and no host path ever", () => {
    const { HostConfig } = containerBody({ ...run, readOnlyRoot: true }, options);
    expect(HostConfig.ReadonlyRootfs).toBe(true);
    expect(HostConfig.Mounts.at(-1)).toEqual({ Type: "volume", Target: "/app" });
    expect(HostConfig.Mounts.every((mount) => mount.Type === "volume")).toBe(true);
    expect(HostConfig).not.toHaveProperty("Binds");
  });

  it("marks by its hash what a container was made with, secrets aside", () => {
    const hash = (changed: UnitRun) => containerBody(changed, options).Labels["agentpod.body"];
    expect(hash({ ...run, env: { TOKEN: "another" } })).toBe(hash(run));
    expect(hash({ ...run, ports: [{ name: "http", container: 3000, host: 20_002 }] })).not.toBe(hash(run));
  });

  it("a network: the pod's own bridge in its own subnet; internal without egress", () => {
    expect(networkBody(installation, scope)).toEqual({
      Name: "agentpod-acme-api-d342f965",
      CheckDuplicate: true,
      Driver: "bridge",
      Internal: false,
      EnableIPv6: false,
      Attachable: false,
      IPAM: { Driver: "default", Config: [{ Subnet: "10.213.4.0/28" }] },
      Options: { "com.docker.network.bridge.name": "apd2d3-d342f965" },
      Labels: {
        "agentpod.installation": installation,
        "agentpod.pod": scope.pod,
        "agentpod.tenant": "acme",
        "agentpod.name": "api",
        "agentpod.egress": "open",
      },
    });
    expect(networkBody(installation, { ...scope, egress: "none" }).Internal).toBe(true);
    expect(() => networkBody(installation, { ...scope, subnet: null })).toThrow(/has no subnet/);
  });

  it("a volume: local, without options", () => {
    expect(volumeBody(installation, scope, { pod: scope.pod, unit: "web", volume: "data" })).toMatchObject({
      Driver: "local",
      DriverOpts: {},
    });
  });

  it("a build: capped, on the pod's network, under a tag of its own", () => {
    const build = { artifact: `sha256:${"b".repeat(64)}`, dockerfile: "Dockerfile", args: { A: "1" }, target: null };
    const query = buildQuery({ ...run, image: null, build }, installation, 2);
    expect(query).toMatchObject({
      networkmode: "agentpod-acme-api-d342f965",
      memory: 1_073_741_824,
      memswap: 1_073_741_824,
      cpuquota: 150_000,
    });
    expect(query.t).toMatch(/^agentpod-build\/bbbbbbbbbbbb:[0-9a-f]{16}$/);
    expect(buildQuery({ ...run, image: null, build: { ...build, args: { A: "2" } } }, installation, 2).t).not.toBe(query.t);
    const tagOf = (pod: string, more: { shared?: true } = {}) =>
      buildQuery({ ...run, id: { ...run.id, pod }, image: null, build: { ...build, ...more } }, installation, 2).t;
    expect(tagOf("p1")).not.toBe(tagOf("p2"));
    expect(tagOf("p1", { shared: true })).toBe(tagOf("p2", { shared: true }));
  });

  it("names that cannot run together, and bridges the kernel takes", () => {
    const other = { ...scope, pod: "5a0e3c8e-0000-4000-8000-000000000002", tenant: "acme-api", name: "web" };
    const one = { ...scope, tenant: "acme", name: "api-web" };
    expect(containerName(installation, one, { ...run.id })).not.toBe(containerName(installation, other, { ...run.id, pod: other.pod }));
    expect(bridgeName(installation, scope.pod)).toHaveLength(15);
  });
});
