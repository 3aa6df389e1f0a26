import { createSocket } from "node:dgram";
import { once } from "node:events";
import { authoritativeTxt } from "@agentpod/dns/authoritative-txt";
import { dnsLookups } from "@agentpod/dns/dns-lookups";
import { dnsReader } from "@agentpod/dns/dns-reader";
import { type Knot, knotProgram, startKnot } from "@agentpod/dns/testing/start-knot";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

describe.skipIf(knotProgram === null)("P7 looks at domains (Knot DNS is needed)", () => {
  let knot: Knot;
  /** Another server of the same zone that did not get the newest record yet. */
  let late: Knot;

  beforeAll(async () => {
    const twin = ["@ NS ns2", "ns2 A 127.0.0.3", "_agentpod TXT old"];
    knot = await startKnot({
      address: "127.0.0.2",
      zones: {
        "example.test": [
          ...twin,
          "_agentpod TXT new",
          '_long TXT "one" "two"',
          "www CNAME pods",
          "pods A 192.0.2.7",
          "pods AAAA 2001:db8::7",
          "a CNAME b",
          "b CNAME a",
          "@ CAA 0 issue letsencrypt.org",
          '@ CAA 128 iodef "mailto:a@example.test"',
          "*.apps A 192.0.2.8",
          "xn--bcher-kva A 192.0.2.9",
          "proof CNAME elsewhere.example.test.",
          "elsewhere TXT followed",
        ],
        "broken.test": null,
      },
    });
    late = await startKnot({ address: "127.0.0.3", port: knot.port, zones: { "example.test": twin } });
  });
  afterAll(() => Promise.all([knot?.stop(), late?.stop()]));

  test("records are given as they are, absent ones as none", async () => {
    const reader = dnsReader([knot.server]);
    expect((await reader.txt("_agentpod.example.test")).sort()).toEqual(["new", "old"]);
    expect(await reader.txt("_long.example.test")).toEqual(["onetwo"]);
    expect(await reader.txt("nothing.example.test")).toEqual([]);
    expect(await reader.txt("pods.example.test")).toEqual([]);
    expect((await reader.addresses("www.example.test")).sort()).toEqual(["192.0.2.7", "2001:db8::7"]);
    expect(await reader.addresses("any.apps.example.test")).toEqual(["192.0.2.8"]);
    expect(await reader.addresses("xn--bcher-kva.example.test")).toEqual(["192.0.2.9"]);
    expect(await reader.addresses("nothing.example.test")).toEqual([]);
    expect(await reader.cname("www.example.test")).toBe("pods.example.test");
    expect(await reader.cname("pods.example.test")).toBeNull();
    expect(await reader.caa("example.test")).toEqual(
      expect.arrayContaining([
        { tag: "issue", value: "letsencrypt.org", critical: false },
        { tag: "iodef", value: "mailto:a@example.test", critical: true },
      ]),
    );
    expect(await reader.caa("pods.example.test")).toEqual([]);
  });

  test("the top of a zone is known as one", async () => {
    const reader = dnsReader([knot.server]);
    expect(await reader.zone("example.test")).toBe("example.test");
    expect(await reader.zone("deep.below.example.test")).toBe("example.test");
  });

  test("CNAMEs in a circle have no addresses, and a proof behind them is refused with the circle named", async () => {
    const reader = dnsReader([knot.server]);
    expect(await reader.addresses("a.example.test")).toEqual([]);
    await expect(reader.authoritativeTxt("a.example.test")).rejects.toThrow(
      "lead in a circle: a.example.test → b.example.test → a.example.test",
    );
  });

  test("a server that fails, refuses, is away or is silent is unavailable, never an empty answer", async () => {
    const reader = dnsReader([knot.server]);
    await expect(reader.txt("broken.test")).rejects.toMatchObject({ code: "unavailable", message: expect.stringContaining("SERVFAIL") });
    await expect(reader.addresses("x.broken.test")).rejects.toMatchObject({ code: "unavailable" });
    await expect(reader.txt("not-served.example")).rejects.toMatchObject({ code: "unavailable" });
    const silent = createSocket("udp4").bind(0, "127.0.0.1");
    await once(silent, "listening");
    await expect(dnsReader([`127.0.0.1:${silent.address().port}`]).txt("example.test")).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("in time"),
    });
    silent.close();
  });

  test("where servers are set only these are asked, and only what all of them give counts", async () => {
    expect(await dnsReader([knot.server, late.server]).authoritativeTxt("_agentpod.example.test")).toEqual(["old"]);
    expect((await dnsReader([knot.server]).authoritativeTxt("_agentpod.example.test")).sort()).toEqual(["new", "old"]);
    expect((await dnsReader([knot.server, "127.0.0.1:9"]).authoritativeTxt("_agentpod.example.test")).sort()).toEqual(["new", "old"]);
  });

  test("authoritative servers are found and each is asked: a record that one lacks is not there yet", async () => {
    const at = (address: string) => dnsLookups([`${address}:${knot.port}`]);
    const lookups = dnsLookups([knot.server]);
    const any = () => true;
    expect(await authoritativeTxt("_agentpod.example.test", lookups, at, any)).toEqual(["old"]);
    expect(await authoritativeTxt("_agentpod.deep.example.test", lookups, at, any)).toEqual([]);
    expect(
      await authoritativeTxt("proof.example.test", lookups, (address) => at(address === "127.0.0.3" ? "127.0.0.2" : address), any),
    ).toEqual(["followed"]);
    // With the late one out of reach the other's word counts; with none to be asked nobody knows.
    const onlyFirst = await authoritativeTxt("_agentpod.example.test", lookups, at, (address) => address === "127.0.0.2");
    expect(onlyFirst.sort()).toEqual(["new", "old"]);
    await expect(authoritativeTxt("_agentpod.example.test", lookups, at, () => false)).rejects.toMatchObject({ code: "unavailable" });
  });
});
