import { describe, expect, it } from "vitest";
import { Upstream } from "../src/proxy/upstream.ts";
import { isPodHost } from "../src/routing/front-door.ts";
import { normalizeHost } from "../src/routing/host-name.ts";
import { readTarget } from "../src/routing/request-target.ts";
import { prefixOf } from "../src/routing/route.ts";
import { Router } from "../src/routing/router.ts";
import { route } from "./rig.ts";

describe("P7 hosts", () => {
  it.each([
    ["web.localhost", "web.localhost"],
    ["WEB.LocalHost", "web.localhost"],
    ["web.localhost:3000", "web.localhost"],
    ["web.localhost.", "web.localhost"],
    ["web.localhost.:80", "web.localhost"],
    ["127.0.0.1:3000", "127.0.0.1"],
    ["[::1]:3000", "[::1]"],
    ["[::1]", "[::1]"],
    ["_dmarc.example.com", "_dmarc.example.com"],
    ["", null],
    [".", null],
    ["web..localhost", null],
    ["web.localhost..", null],
    ["web.localhost:", null],
    ["web.localhost:80:80", null],
    ["web.localhost:8o", null],
    ["web.localhost/x", null],
    ["web.localhost#", null],
    ["user@web.localhost", null],
    ["web.localhost, other.localhost", null],
    ["web localhost", null],
    ["-web.localhost", null],
    ["wéb.localhost", null],
    ["%77eb.localhost", null],
    ["[::1", null],
    ["[zz]", null],
    ["a".repeat(254), null],
  ])("%j is %j", (given, expected) => {
    expect(normalizeHost(given)).toBe(expected);
  });

  it.each([
    ["/a?b", "web.localhost:80", { host: "web.localhost", authority: "web.localhost:80", port: "80", path: "/a?b" }],
    ["//evil/x", "web.localhost", { host: "web.localhost", authority: "web.localhost", port: null, path: "//evil/x" }],
    ["http://Other.localhost:81/a", "web.localhost", { host: "other.localhost", authority: "Other.localhost:81", port: "81", path: "/a" }],
    ["http://other.localhost?q", "web.localhost", { host: "other.localhost", authority: "other.localhost", port: null, path: "/?q" }],
    ["http://user@other.localhost/", "web.localhost", null],
    ["ftp://other.localhost/", "web.localhost", null],
    ["http:///x", "web.localhost", null],
    ["http://other.localhost/", "b@d", null],
    ["*", "web.localhost", null],
    ["web.localhost:443", "web.localhost", null],
  ])("target %j with Host %j", (url, header, expected) => {
    expect(readTarget(url, header)).toEqual(expected);
  });

  it("below a base domain only pods live, and AgentPod's own public host", () => {
    const settings = { baseDomains: ["localhost", "pods.example.com"], frontHosts: ["console.pods.example.com"] };
    expect(isPodHost("x-y.localhost", settings)).toBe(true);
    expect(isPodHost("a.b.localhost", settings)).toBe(true);
    expect(isPodHost("x.pods.example.com", settings)).toBe(true);
    expect(isPodHost("console.pods.example.com", settings)).toBe(false);
    expect(isPodHost("pods.example.com", settings)).toBe(false);
    expect(isPodHost("evilpods.example.com", settings)).toBe(false);
    expect(isPodHost("localhost", settings)).toBe(false);
    expect(isPodHost("192.168.1.7", settings)).toBe(false);
  });
});

describe("P7 router", () => {
  const ready = (id: string, hosts: string[], path: string, publicPort: number | null = null) => ({
    entry: route({ id, hosts, path, publicPort }),
    prefix: prefixOf(path),
    upstreams: [new Upstream(id, { kind: "tcp", host: "127.0.0.1", port: 1 })],
    isFront: false,
  });
  const router = new Router([
    ready("root", ["a.localhost"], "/"),
    ready("api", ["a.localhost", "B.localhost"], "/api/"),
    ready("v2", ["a.localhost"], "/api/v2"),
    ready("port", [], "/", 9000),
  ]);

  it.each([
    ["a.localhost", "/", "root"],
    ["a.localhost", "/apix", "root"],
    ["a.localhost", "/api", "api"],
    ["a.localhost", "/api?x=/api/v2", "api"],
    ["a.localhost", "/api/v1", "api"],
    ["a.localhost", "/api/v2", "v2"],
    ["a.localhost", "/api/v2/x", "v2"],
    ["a.localhost", "/api/v22", "api"],
    ["b.localhost", "/api/", "api"],
  ])("%s%s goes to %s", (host, path, id) => {
    expect(router.find(host, path)?.entry.id).toBe(id);
  });

  it("tells an unknown path from an unknown host, and knows ports", () => {
    expect(router.find("b.localhost", "/")).toBeNull();
    expect(router.find("c.localhost", "/")).toBeUndefined();
    expect(router.findByPort(9000, "/x")?.entry.id).toBe("port");
    expect(router.findByPort(9001, "/x")).toBeUndefined();
    expect(router.ports).toEqual([9000]);
  });

  it("wildcard hosts are any one label below, and count after exact names", () => {
    const wild = new Router([
      ready("wild", ["*.example.com"], "/"),
      ready("wild-api", ["*.example.com"], "/api"),
      ready("exact", ["www.example.com"], "/only"),
      ready("deeper", ["*.www.example.com"], "/"),
    ]);
    expect(wild.find("a.example.com", "/x")?.entry.id).toBe("wild");
    expect(wild.find("a.example.com", "/api/x")?.entry.id).toBe("wild-api");
    expect(wild.find("www.example.com", "/only")?.entry.id).toBe("exact");
    expect(wild.find("www.example.com", "/")).toBeNull();
    expect(wild.find("x.www.example.com", "/")?.entry.id).toBe("deeper");
    expect(wild.find("example.com", "/")).toBeUndefined();
    expect(wild.find("a.b.example.com", "/")).toBeUndefined();
    expect(wild.find("com", "/")).toBeUndefined();
  });

  it("finds each of 10,000 routes", () => {
    const many = new Router(Array.from({ length: 10_000 }, (_, i) => ready(`r${i}`, [`p${i}.localhost`], "/")));
    expect(many.find("p0.localhost", "/")?.entry.id).toBe("r0");
    expect(many.find("p9999.localhost", "/x")?.entry.id).toBe("r9999");
  });
});
