import { assert, constantFrom, property, record, uniqueArray } from "fast-check";
import { describe, expect, it } from "vitest";
import type { Certificate } from "../src/certificate.ts";
import { expiringCertificates } from "../src/certificate-expiry.ts";
import { nextCertificateAttempt, renewalTime } from "../src/certificate-retry.ts";
import type { CertificateSnapshot } from "../src/certificate-want.ts";
import type { Domain } from "../src/domain.ts";
import { isCoveredByWildcard } from "../src/host-name.ts";
import { planCertificates } from "../src/plan-certificates.ts";
import { servedNames } from "../src/served-names.ts";

const now = new Date("2026-06-01T00:00:00Z");
const days = (count: number): string => new Date(now.getTime() + count * 86_400_000).toISOString();
const registered = (host: string): string => host.split(".").slice(-2).join(".");

const acme = "tenant-acme";
const other = "tenant-other";

function certificate(change: Partial<Certificate> & Pick<Certificate, "names">): Certificate {
  const base = { id: change.names.join(" "), tenantId: acme, tenant: "acme", source: "acme" as const, issued: null, challenge: null };
  const times = { renewAt: null, nextAttemptAt: null, createdAt: days(-1), updatedAt: days(-1) };
  return { ...base, ...times, failures: 0, message: "", fault: null, ocsp: null, ...change };
}
const issued = (from: number, to: number): Certificate["issued"] => ({
  notBefore: days(from),
  notAfter: days(to),
  issuer: "CA",
  serial: "01",
  fingerprint: "00",
  chain: "",
});
const domain = (name: string, change: Partial<Domain> = {}): Domain => ({
  ...{ id: name, tenantId: acme, tenant: "acme", name, state: "verified", method: "dns", token: "t", message: "" },
  ...{ checkedAt: null, verifiedAt: null, createdAt: days(-1) },
  ...change,
});
const world = (change: Partial<CertificateSnapshot>): CertificateSnapshot => ({
  ...{
    hosts: [],
    domains: [],
    certificates: [],
    providers: [],
    baseDomains: ["pods.example.com", "localhost"],
    ownHosts: [],
    localNames: [],
  },
  authority: { limits: null },
  ...change,
});
const plan = (change: Partial<CertificateSnapshot>, at = now) => planCertificates(world(change), registered, at);
const shop = { hosts: [{ host: "shop.example.org", tenantId: acme }], domains: [domain("example.org")] };
const provider = (zone: string, tenantId: string | null = null) => ({ id: `dns-${zone}`, tenantId, zones: [zone] });

describe("P7 which certificates are wanted", () => {
  const wants = (change: Partial<CertificateSnapshot>) =>
    plan(change).actions.map((action) => (action.kind === "want" ? [action.source, action.tenantId, ...action.names] : action.kind));

  it.each<[string, Partial<CertificateSnapshot>, unknown[]]>([
    ["a verified domain's host", shop, [["acme", acme, "shop.example.org"]]],
    ["nothing while it is pending", { ...shop, domains: [domain("example.org", { state: "pending" })] }, []],
    ["nothing for a domain of another tenant", { ...shop, domains: [domain("example.org", { tenantId: other })] }, []],
    ["nothing below a domain that was shown by HTTP", { ...shop, domains: [domain("example.org", { method: "http" })] }, []],
    ["nothing public without an authority", { ...shop, authority: null }, []],
    [
      "a pod's name below the base domain, alone without a provider",
      { hosts: [{ host: "bot-acme.pods.example.com", tenantId: acme }] },
      [["acme", acme, "bot-acme.pods.example.com"]],
    ],
    [
      "one wildcard for a base domain with a provider",
      {
        hosts: ["a", "b", "c"].map((name) => ({ host: `${name}.pods.example.com`, tenantId: acme })),
        providers: [provider("example.com")],
      },
      [["acme", null, "*.pods.example.com"]],
    ],
    [
      "a tenant's own provider makes no wildcard of the installation's",
      { hosts: [{ host: "a.pods.example.com", tenantId: acme }], providers: [provider("pods.example.com", acme)] },
      [["acme", acme, "a.pods.example.com"]],
    ],
    [
      "a routed wildcard covers what lies below, where it can be had",
      {
        hosts: ["*.example.org", "shop.example.org", "deep.shop.example.org"].map((host) => ({ host, tenantId: acme })),
        domains: shop.domains,
        providers: [provider("example.org", acme)],
      },
      [
        ["acme", acme, "*.example.org"],
        ["acme", acme, "deep.shop.example.org"],
      ],
    ],
    [
      "local names one by one, a local base domain as one",
      {
        hosts: ["bot-acme.localhost", "a.pods.lan", "b.pods.lan"].map((host) => ({ host, tenantId: acme })),
        baseDomains: ["pods.lan", "localhost"],
      },
      [
        ["local", acme, "bot-acme.localhost"],
        ["local", null, "*.pods.lan"],
      ],
    ],
    ["the installation's own", { localNames: ["localhost", "127.0.0.1"] }, [["local", null, "127.0.0.1", "localhost"]]],
    ["its public address", { ownHosts: ["agents.example.net"] }, [["acme", null, "agents.example.net"]]],
    [
      "none beside an uploaded one",
      { ...shop, certificates: [certificate({ names: ["*.example.org"], source: "uploaded", issued: issued(-1, 9) })] },
      [],
    ],
    [
      "again once the uploaded one is over",
      { ...shop, certificates: [certificate({ names: ["*.example.org"], source: "uploaded", issued: issued(-9, -1) })] },
      [["acme", acme, "shop.example.org"]],
    ],
    [
      "an uploaded one of another tenant counts for nothing",
      { ...shop, certificates: [certificate({ names: ["shop.example.org"], tenantId: other, source: "uploaded", issued: issued(-1, 9) })] },
      [["acme", acme, "shop.example.org"]],
    ],
  ])("%s", (_name, given, expected) => {
    expect(wants(given)).toEqual(expected);
  });
});

describe("P7 when a certificate is ordered", () => {
  const one = (change: Partial<Certificate>, more: Partial<CertificateSnapshot> = {}) =>
    plan({ ...shop, ...more, certificates: [certificate({ names: ["shop.example.org"], ...change })] });
  const id = "shop.example.org";

  it.each<[string, Partial<Certificate>, unknown]>([
    ["at once, HTTP first, TLS beside it", {}, [{ kind: "order", id, challenges: ["http-01", "tls-alpn-01"], provider: null }]],
    ["after a failure by the other", { failures: 1 }, [{ kind: "order", id, challenges: ["tls-alpn-01"], provider: null }]],
    [
      "by what worked last",
      { challenge: "tls-alpn-01", issued: issued(-61, 29), renewAt: days(-1) },
      [{ kind: "order", id, challenges: ["tls-alpn-01", "http-01"], provider: null }],
    ],
    ["not before the wait is over", { failures: 2, nextAttemptAt: days(1) }, []],
    ["not before renewal", { issued: issued(-1, 89), renewAt: days(59) }, []],
    ["not again where it is valid only from tomorrow on", { issued: issued(1, 91), renewAt: days(61) }, []],
    [
      "on request",
      { issued: issued(-1, 89), renewAt: days(0) },
      [{ kind: "order", id, challenges: ["http-01", "tls-alpn-01"], provider: null }],
    ],
  ])("%s", (_name, change, actions) => {
    expect(one(change).actions).toEqual(actions);
  });

  it("tells when it falls due", () => {
    expect(one({ failures: 2, nextAttemptAt: days(1) }).wakeInMs).toBe(86_400_000);
    expect(one({ issued: issued(-1, 89), renewAt: days(59) }).wakeInMs).toBe(59 * 86_400_000);
  });

  it("a wildcard without a provider is refused once, and ordered as soon as there is one", () => {
    const hosts = [{ host: "*.example.org", tenantId: acme }];
    const wild = (change: Partial<Certificate>, providers: CertificateSnapshot["providers"] = []) =>
      plan({ ...shop, hosts, providers, certificates: [certificate({ names: ["*.example.org"], ...change })] }).actions;
    const [refused] = wild({});
    expect(refused).toMatchObject({ kind: "refuse", message: expect.stringContaining("agentpod dns-provider add") });
    const noted = { message: refused?.kind === "refuse" ? refused.message : "", failures: 1, nextAttemptAt: days(1) };
    expect(wild(noted)).toEqual([]);
    const ordered = {
      kind: "order",
      id: "*.example.org",
      challenges: ["dns-01"],
      provider: { id: "dns-example.org", zone: "example.org" },
    };
    expect(wild(noted, [provider("example.org", acme)])).toEqual([ordered]);
    expect(wild(noted, [provider("example.org", other)])).toEqual([]);
  });

  it("an unneeded one goes when it would be renewed, one that was never had at once", () => {
    const gone = (change: Partial<Certificate>) => plan({ certificates: [certificate({ names: ["old.example.org"], ...change })] }).actions;
    const drop = [{ kind: "drop", id: "old.example.org" }];
    expect(gone({})).toEqual(drop);
    expect(gone({ issued: issued(-10, 80), renewAt: days(50) })).toEqual([]);
    expect(gone({ issued: issued(-61, 29), renewAt: days(-1) })).toEqual(drop);
    expect(gone({ source: "local", issued: issued(-10, 80), renewAt: days(50) })).toEqual(drop);
    expect(gone({ source: "uploaded", issued: issued(-10, 80) })).toEqual([]);
  });

  it("keeps within what the authority admits, and says so", () => {
    const hosts = Array.from({ length: 60 }, (_, i) => ({ host: `h${i}.example.org`, tenantId: acme }));
    const given = (limits: { perDomainAndWeek: number; ordersInThreeHours: number }, change: Partial<Certificate> = {}) =>
      plan({
        hosts,
        domains: shop.domains,
        authority: { limits },
        certificates: hosts.map(({ host }) => certificate({ names: [host], ...change })),
      }).actions;
    const byDomain = Object.groupBy(given({ perDomainAndWeek: 45, ordersInThreeHours: 250 }), ({ kind }) => kind);
    expect([byDomain.order?.length, byDomain.postpone?.length]).toEqual([45, 15]);
    expect(byDomain.postpone?.[0]).toMatchObject({ message: expect.stringContaining("wildcard") });
    const byOrders = Object.groupBy(given({ perDomainAndWeek: 100, ordersInThreeHours: 20 }), ({ kind }) => kind);
    expect([byOrders.order?.length, byOrders.postpone?.length]).toEqual([20, 40]);
    // Renewals are not new certificates.
    const renewals = given({ perDomainAndWeek: 45, ordersInThreeHours: 250 }, { issued: issued(-61, 29), renewAt: days(-1) });
    expect(renewals.every(({ kind }) => kind === "order")).toBe(true);
  });
});

describe("P7 waiting and renewal", () => {
  it.each([
    ["proof", 0, 5],
    ["proof", 1, 10],
    ["proof", 20, 1440],
    ["look", 10, 15],
    ["authority", 0, 1 / 6],
    ["authority", 20, 60],
  ] as const)("after %s failure %i: %d minutes, a fifth more at most", (kind, failures, minutes) => {
    const waits = [0, 1].map(
      (jitter) => nextCertificateAttempt({ failures, issued: null }, kind, null, jitter, now).getTime() - now.getTime(),
    );
    expect(waits.map((ms) => Math.round((ms / 60_000) * 100) / 100)).toEqual(
      [minutes, minutes * 1.2].map((m) => Math.round(m * 100) / 100),
    );
  });

  it("never before the authority allows it, and sooner for what lives for days", () => {
    const at = new Date(days(2));
    expect(nextCertificateAttempt({ failures: 0, issued: null }, "proof", at, 0, now)).toEqual(at);
    expect(nextCertificateAttempt({ failures: 20, issued: issued(-4, 2) }, "proof", null, 0, now).getTime() - now.getTime()).toBe(
      14.4 * 3_600_000,
    );
  });

  it("at two thirds, up to a thirtieth sooner", () => {
    const facts = { notBefore: days(0), notAfter: days(90) };
    expect(renewalTime(facts, 0, now).toISOString()).toBe(days(60));
    expect(renewalTime(facts, 1, now).toISOString()).toBe(days(57));
    expect(renewalTime({ notBefore: days(0), notAfter: days(6) }, 0, now).toISOString()).toBe(days(4));
  });

  it("a clock a day or years off does not order in a loop", () => {
    const facts = { notBefore: days(0), notAfter: days(90) };
    expect(renewalTime(facts, 0, new Date(days(-1))).toISOString()).toBe(days(60));
    expect(renewalTime(facts, 0, new Date(days(1000))).toISOString()).toBe(days(1001));
  });

  it("what nobody renews is told at 30, 14, 7 and 1 days and when it is over", () => {
    const told = (change: Partial<Certificate>) =>
      expiringCertificates([certificate({ names: ["a.example.org"], ...change })], now).map((found) => found.days);
    const uploadedUntil = (left: number) => told({ source: "uploaded", issued: issued(left - 90, left) });
    expect([31, 29, 14, 10, 6.5, 0.5, -1].map(uploadedUntil)).toEqual([[], [30], [14], [14], [7], [1], [0]]);
    expect(told({ issued: issued(-80, 10) })).toEqual([]);
    expect(told({ issued: issued(-80, 10), failures: 3 })).toEqual([14]);
    expect(told({ source: "uploaded", issued: issued(-1, 5) })).toEqual([]);
  });
});

describe("P7 which certificate is served for a name", () => {
  const names = (certificates: Certificate[], hosts = shop.hosts) =>
    Object.fromEntries(servedNames({ hosts, domains: [domain("example.org")], certificates }, now));
  const mine = certificate({ id: "acme", names: ["shop.example.org"], issued: issued(-1, 89) });

  it("an uploaded one before the authority's, unless it is over", () => {
    const wild = (to: number) => certificate({ id: "up", names: ["*.example.org"], source: "uploaded", issued: issued(-9, to) });
    expect(names([mine, wild(9)])).toEqual({ up: ["*.example.org"] });
    expect(names([mine, wild(-1)])).toEqual({ acme: ["shop.example.org"], up: ["*.example.org"] });
  });

  it("nothing for names that are another tenant's now", () => {
    const stale = certificate({
      id: "up",
      tenantId: other,
      names: ["shop.example.org", "*.example.org"],
      source: "uploaded",
      issued: issued(-9, 9),
    });
    expect(names([mine, stale])).toEqual({ acme: ["shop.example.org"] });
  });

  it("each name once, by the one that lasts longest", () => {
    const older = certificate({ id: "older", names: ["shop.example.org", "www.example.org"], issued: issued(-50, 40) });
    expect(names([older, mine])).toEqual({ acme: ["shop.example.org"], older: ["www.example.org"] });
  });
});

describe("P7 laws of the plan", () => {
  const hostNames = [
    "a.example.org",
    "b.example.org",
    "*.example.org",
    "x.b.example.org",
    "p.pods.example.com",
    "q.pods.example.com",
    "bot.localhost",
  ];
  const worlds = record({
    hosts: uniqueArray(constantFrom(...hostNames), { maxLength: 7 }),
    domain: constantFrom<Domain["state"][]>("verified", "pending"),
    zones: uniqueArray(constantFrom("example.org", "example.com"), { maxLength: 2 }),
    leftOver: uniqueArray(constantFrom("old.example.org", "a.example.org"), { maxLength: 2 }),
  });

  it("what it leads to wants nothing more, covers every owned host and nothing else is ever ordered", () => {
    assert(
      property(worlds, ({ hosts, domain: state, zones, leftOver }) => {
        let certificates = leftOver.map((name) => certificate({ names: [name] }));
        const given = (): CertificateSnapshot =>
          world({
            hosts: hosts.map((host) => ({ host, tenantId: acme })),
            domains: [domain("example.org", { state })],
            providers: zones.map((zone) => provider(zone)),
            certificates,
          });
        for (let round = 0; ; round++) {
          const { actions } = planCertificates(given(), registered, now);
          if (actions.length === 0) break;
          expect(round).toBeLessThan(4);
          for (const action of actions) {
            if (action.kind === "want") certificates.push(certificate({ ...action, names: action.names }));
            if (action.kind === "drop") certificates = certificates.filter(({ id }) => id !== action.id);
            if (action.kind === "refuse")
              certificates = certificates.map((one) => (one.id === action.id ? { ...one, message: action.message } : one));
            if (action.kind === "order" || action.kind === "sign")
              certificates = certificates.map((one) => (one.id === action.id ? { ...one, issued: issued(0, 90), renewAt: days(60) } : one));
          }
        }
        const have = certificates.filter((one) => one.issued).flatMap(({ names }) => names);
        for (const host of hosts) {
          const isOwned = host.endsWith(".localhost") || host.includes("pods.") || state === "verified";
          const isPossible = !host.startsWith("*.") || zones.includes("example.org");
          expect(
            have.some((name) => isCoveredByWildcard(host, name)),
            host,
          ).toBe(isOwned && isPossible);
        }
      }),
    );
  });
});
