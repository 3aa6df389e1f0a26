import { describe, expect, it } from "vitest";
import { checkContainerBody, checkExecBody, checkNetworkBody, checkVolumeBody } from "../src/engine-policy.ts";

const host = {
  NetworkMode: "agentpod-acme-web-0123abcd",
  PortBindings: {},
  Mounts: [{ Type: "volume", Source: "agentpod-acme-web-data", Target: "/data", VolumeOptions: { Labels: { "agentpod.pod": "1" } } }],
  Tmpfs: { "/tmp": "rw,nosuid,nodev,size=64m,mode=1777" },
  Memory: 67_108_864,
  MemorySwap: 67_108_864,
  NanoCpus: 1e9,
  PidsLimit: 64,
  OomScoreAdj: 500,
  CapDrop: ["ALL"],
  CapAdd: ["CHOWN"],
  SecurityOpt: ["no-new-privileges:true"],
  Privileged: false,
  ReadonlyRootfs: true,
  IpcMode: "private",
  PublishAllPorts: false,
  RestartPolicy: { Name: "no" },
  AutoRemove: false,
  Init: true,
  LogConfig: { Type: "json-file", Config: { "max-size": "10m", "max-file": "2" } },
};
const container = {
  Image: "postgres:17",
  Hostname: "web-web",
  ExposedPorts: { "8080/tcp": {} },
  StopTimeout: 10,
  Env: ["A=1"],
  Labels: { "agentpod.pod": "1" },
  HostConfig: host,
  NetworkingConfig: { EndpointsConfig: { "agentpod-acme-web-0123abcd": { Aliases: ["web"] } } },
};

describe("P18 what an engine may be asked for", () => {
  it("a unit as the driver makes it passes, and is given back as it was", () => expect(checkContainerBody(container)).toEqual(container));

  it.each<[string, object]>([
    ["Privileged", { Privileged: true }],
    ["Binds", { Binds: [] }],
    ["Memory", { Memory: -1 }],
    ["NetworkMode", { NetworkMode: "host" }],
    ["CapAdd", { CapAdd: ["SYS_PTRACE"] }],
    ["Mounts", { Mounts: [{ Type: "volume", Source: "/etc", Target: "/x" }] }],
    ["Target", { Mounts: [{ Type: "volume", Target: "/proc" }] }],
    ["Target", { Mounts: [{ Type: "volume", Target: "//run/./docker.sock" }] }],
    ["Tmpfs", { Tmpfs: { "/sys/fs": "rw,nosuid,nodev,size=1m,mode=1777" } }],
  ])("%s is named in the refusal of %j", (word, change) => {
    const given = { ...container, HostConfig: { ...host, ...change } };
    expect(() => checkContainerBody(given)).toThrowError(
      expect.objectContaining({ code: "forbidden", message: expect.stringContaining(word) }),
    );
  });

  it.each([null, undefined, [], "x", 1, {}, { HostConfig: null }])("%j is no container, network, volume or program", (given) => {
    for (const check of [checkContainerBody, checkNetworkBody, checkVolumeBody, checkExecBody]) {
      expect(() => check(given)).toThrowError(expect.objectContaining({ code: "forbidden" }));
    }
  });
});
