import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { defaultHosts, hostIssues, withDefaultHosts } from "../src/hostnames.ts";
import { maxNameLength, name } from "../src/name.ts";

const free = () => false;
const rules = { bases: ["localhost", "apps.example.com"], reserved: ["agentpod.example.com"] };
const dnsName = fc
  .stringMatching(new RegExp(`^[a-z0-9]([a-z0-9-]{0,${maxNameLength - 2}}[a-z0-9])?$`))
  .filter((n) => name.safeParse(n).success);

describe("P7 default host names", () => {
  test("plain where it fits and is free, below every base domain", () => {
    expect(defaultHosts("web", "acme", rules.bases, free)).toEqual(["web-acme.localhost", "web-acme.apps.example.com"]);
  });

  test("a-b of c and a of b-c do not clash: the second is suffixed, always the same way", () => {
    const first = defaultHosts("a-b", "c", ["localhost"], free);
    const second = defaultHosts("a", "b-c", ["localhost"], (host) => first.includes(host));
    expect(first).toEqual(["a-b-c.localhost"]);
    expect(second[0]).toMatch(/^a-b-c-[0-9a-f]{6}\.localhost$/);
    expect(defaultHosts("a", "b-c", ["localhost"], (host) => first.includes(host))).toEqual(second);
  });

  test("no host of the pod is taken at any base", () => {
    expect(defaultHosts("web", "acme", rules.bases, (host) => host === "web-acme.apps.example.com")[0]).not.toBe("web-acme.localhost");
  });

  test("with every candidate taken it is a conflict, not a loop", () => {
    expect(() => defaultHosts("web", "acme", ["localhost"], () => true)).toThrow(expect.objectContaining({ code: "conflict" }));
  });

  test("any names give a valid label, and different pods different hosts", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(dnsName, dnsName), { selector: (pair) => pair.join("/"), maxLength: 30 }), (pods) => {
        const all = new Set<string>();
        for (const [pod, tenant] of pods) {
          const [host = ""] = defaultHosts(pod, tenant, ["localhost"], (h) => all.has(h));
          expect(host).toMatch(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.localhost$/);
          expect(all.has(host)).toBe(false);
          all.add(host);
        }
      }),
    );
  });

  test("go to the first route of each path", () => {
    const routes = [
      { path: "/", hosts: ["a.example.com"] },
      { path: "/", hosts: ["b.example.com"] },
      { path: "/api", hosts: [] },
    ];
    expect(withDefaultHosts(routes, ["x.localhost"]).map((r) => r.hosts)).toEqual([
      ["x.localhost", "a.example.com"],
      ["b.example.com"],
      ["x.localhost"],
    ]);
  });
});

describe("P7 hosts that a pod declares", () => {
  const domains = [
    { name: "example.com", state: "verified", method: "dns" },
    { name: "one.example.org", state: "verified", method: "trusted" },
    { name: "exact.example.net", state: "verified", method: "http" },
    { name: "other.example.net", state: "pending", method: null },
  ] as const;
  test.each([
    ["shop.example.com", null],
    ["*.example.com", null],
    ["www.one.example.org", null],
    ["shop.other.example.net", /verified domain of acme.*agentpod domain add acme shop\.other\.example\.net/],
    ["below.exact.example.net", /verified domain/],
    ["exact.example.net", null],
    ["*.apps.example.com", /another host/],
    ["*.x-acme.apps.example.com", /end in/],
    ["shop-acme.localhost", null],
    ["web-other.localhost", /end in -acme\.localhost/],
    ["agentpod.example.com", /another host/],
    ["apps.example.com", /another host/],
    ["localhost", /another host/],
    ["my-machine", /full host name/],
    ["127.0.0.1", /not an address/],
  ])("%s", (host, expected) => {
    const issues = hostIssues([host], "acme", { ...rules, domains }, "spec.routes[0].hosts");
    if (expected === null) expect(issues).toEqual([]);
    else expect(issues).toEqual([{ path: "spec.routes[0].hosts[0]", expected: expect.stringMatching(expected) }]);
  });
});
