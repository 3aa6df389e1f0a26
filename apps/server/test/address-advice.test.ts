import { dnsReader, type ZoneReader } from "@agentpod/dns/dns-reader";
import { type Knot, knotProgram, startKnot } from "@agentpod/dns/testing/start-knot";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type AddressFacts, addressAdvice } from "../src/domains/address-advice.ts";
import { checkDns } from "../src/setup/check-dns.ts";

describe.skipIf(knotProgram === null)("P7 P21 what to publish so that a name leads here (Knot DNS is needed)", () => {
  let knot: Knot;
  let reader: ZoneReader;
  let facts: AddressFacts;

  beforeAll(async () => {
    knot = await startKnot({
      zones: {
        "pods.test": ["@ A 192.0.2.1", "@ AAAA 2001:db8::1", "panel A 192.0.2.1", "*.apps A 192.0.2.1", "nat A 198.51.100.9"],
        "shop.test": [
          "@ A 192.0.2.99",
          "here A 192.0.2.1",
          "both A 192.0.2.1",
          "both AAAA 2001:db8::dead",
          "away A 192.0.2.99",
          "alias CNAME panel.pods.test.",
          "below CNAME web-acme.apps.pods.test.",
          "dangling CNAME nowhere.shop.test.",
          "*.wild CNAME panel.pods.test.",
        ],
        "broken.test": null,
      },
    });
    reader = dnsReader([knot.server]);
    facts = { reader, target: "panel.pods.test", ownAddresses: [], bases: ["apps.pods.test"] };
  });
  afterAll(() => knot?.stop());

  test("a name that leads here by address, CNAME, base domain or wildcard needs nothing", async () => {
    for (const host of ["here.shop.test", "alias.shop.test", "below.shop.test", "*.wild.shop.test", "web-acme.apps.pods.test"])
      expect(await addressAdvice(host, facts)).toEqual({ text: `${host} points here.`, records: [], pointsHere: true });
  });

  test("a CNAME is advised, or addresses where no name is set", async () => {
    expect(await addressAdvice("away.shop.test", facts)).toEqual({
      text: expect.stringContaining(
        "away.shop.test is at 192.0.2.99, which is not known to be this machine. Publish CNAME away.shop.test → panel.pods.test.",
      ),
      records: [{ type: "CNAME", name: "away.shop.test", value: "panel.pods.test" }],
      pointsHere: false,
    });
    expect(await addressAdvice("*.new.shop.test", facts)).toMatchObject({
      text: expect.stringContaining("*.new.shop.test has no address yet"),
      records: [{ type: "CNAME", name: "*.new.shop.test", value: "panel.pods.test" }],
      pointsHere: false,
    });
    expect((await addressAdvice("new.shop.test", { ...facts, target: null, ownAddresses: ["192.0.2.1", "2001:db8::1"] })).records).toEqual([
      { type: "A", name: "new.shop.test", value: "192.0.2.1" },
      { type: "AAAA", name: "new.shop.test", value: "2001:db8::1" },
    ]);
  });

  test("the top of a zone cannot be a CNAME, and that is said", async () => {
    const advice = await addressAdvice("shop.test", { ...facts, target: "pods.test" });
    expect(advice.records).toEqual([
      { type: "A", name: "shop.test", value: "192.0.2.1" },
      { type: "AAAA", name: "shop.test", value: "2001:db8::1" },
    ]);
    expect(advice.text).toContain("shop.test is the top of its zone, where no CNAME may be");
    expect(advice.text).toContain("ALIAS or ANAME");
  });

  test("an address that leads elsewhere beside ours is warned of", async () => {
    const advice = await addressAdvice("both.shop.test", facts);
    expect(advice).toMatchObject({ pointsHere: true, text: expect.stringContaining("and to 2001:db8::dead too") });
  });

  test("what cannot be seen is unknown, and an installation that does not know its address says so", async () => {
    expect(await addressAdvice("x.broken.test", facts)).toMatchObject({
      pointsHere: null,
      text: expect.stringContaining("could not be looked up"),
    });
    expect(await addressAdvice("dangling.shop.test", facts)).toMatchObject({ pointsHere: false });
    const unknown = { ...facts, target: null, bases: [] };
    expect(await addressAdvice("away.shop.test", unknown)).toEqual({
      text: expect.stringContaining("set AGENTPOD_URL"),
      records: [],
      pointsHere: null,
    });
    const deaf = dnsReader(["127.0.0.1:9"]);
    expect(await addressAdvice("away.shop.test", { ...facts, reader: deaf })).toMatchObject({ pointsHere: null });
  });

  test("doctor tells whether the names that are handed out lead here", async () => {
    const lines = async (settings: { publicUrl: string | null; baseDomains: string[] }, ownAddresses: string[] = []) =>
      (await checkDns({ reader, settings, ownAddresses })).map(
        ({ status, message, advice }) => `${status}: ${message}${advice === null ? "" : ` ${advice}`}`,
      );
    expect(await lines({ publicUrl: null, baseDomains: ["localhost"] })).toEqual([]);
    expect(await lines({ publicUrl: "https://panel.pods.test", baseDomains: ["apps.pods.test", "localhost"] })).toEqual([
      "ok: panel.pods.test is at 192.0.2.1.",
      "ok: *.apps.pods.test is at 192.0.2.1, which is this machine.",
    ]);
    expect(await lines({ publicUrl: null, baseDomains: ["apps.pods.test"] })).toEqual([
      expect.stringContaining("ok: *.apps.pods.test is at 192.0.2.1; whether"),
    ]);
    expect(await lines({ publicUrl: "http://192.0.2.7:3000", baseDomains: ["apps.pods.test", "shop.test"] })).toEqual([
      expect.stringContaining("warning: *.apps.pods.test is at 192.0.2.1, and this machine at 192.0.2.7."),
      "warning: There is no wildcard record *.shop.test: pods cannot be reached by name. Publish A *.shop.test → 192.0.2.7.",
    ]);
    expect(await lines({ publicUrl: "https://none.pods.test", baseDomains: ["broken.test"] }, ["2001:db8::1"])).toEqual([
      "failed: none.pods.test of AGENTPOD_URL has no address. Publish AAAA none.pods.test → 2001:db8::1, or mend AGENTPOD_URL.",
      expect.stringContaining("warning: *.broken.test could not be looked up."),
    ]);
  });
});
