import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createLocalAuthority, signLocally } from "@agentpod/acme/local-authority";
import { readCertificate } from "@agentpod/acme/read-certificate";
import { canHavePebble } from "@agentpod/acme/testing/pebble-programs";
import { dnsReader } from "@agentpod/dns/dns-reader";
import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import { checkDns } from "../src/certifier/check-dns.ts";
import { type CertifierRig, eventually, openCertifierRig } from "./certifier-rig.ts";

let rig: CertifierRig;
beforeEach(async () => {
  if (!canHavePebble) return;
  rig = await openCertifierRig(inject("serverUrl"));
});
afterEach(() => rig?.close());

const issued = (certificate: { issued: unknown }): void => expect(certificate.issued).not.toBeNull();
/** What a visitor gets, once the front has it. */
const served = (host: string) => eventually(rig, async () => rig.front.visit(host, await rig.pebble.root()));

describe.skipIf(!canHavePebble)("P7 certificates come by themselves", () => {
  it("for a custom domain by HTTP, with its event, and nothing is left of the proof", async () => {
    await rig.verify("example.org");
    rig.start();
    await rig.route("shop.example.org");
    expect((await served("shop.example.org")).issuer).toMatch(/^Pebble Intermediate/);
    const certificate = await rig.reaches("shop.example.org", issued);
    expect(certificate).toMatchObject({ tenant: "acme", challenge: "http-01", failures: 0, message: "" });
    expect(await rig.events("certificate.issued")).toEqual([expect.stringContaining("certificate for shop.example.org issued by Pebble")]);
    expect(rig.front.challenges).toEqual([]);
  });

  it("by TLS in the same attempt where HTTP does not get through", async () => {
    rig.front.isHttpShut = true;
    await rig.verify("example.org");
    await rig.route("shop.example.org");
    rig.start();
    await served("shop.example.org");
    expect(await rig.reaches("shop.example.org", issued)).toMatchObject({ challenge: "tls-alpn-01", failures: 0 });
    expect(await rig.events("certificate.failed")).toEqual([]);
  });

  it("for a wildcard by DNS as soon as there is a provider", async () => {
    await rig.verify("example.org");
    await rig.route("*.example.org", "shop.example.org");
    rig.start();
    const refused = await rig.reaches("*.example.org", (one) => expect(one.failures).toBe(1));
    expect(refused).toMatchObject({ fault: "user", message: expect.stringContaining("agentpod dns-provider add") });
    await rig.addProvider("example.org");
    await served("anything.example.org");
    expect(await rig.reaches("*.example.org", issued)).toMatchObject({ challenge: "dns-01", message: "" });
    expect(rig.txt.size).toBe(0);
  });

  it("from the local authority for local names and this machine", async () => {
    await rig.route("bot-acme.localhost");
    rig.start();
    await eventually(rig, () => expect(rig.front.set?.certificates.length).toBe(2));
    const authority = await rig.database.asSystem((store) => store.acme.localAuthority());
    for (const host of ["bot-acme.localhost", "workshop", "localhost"])
      expect((await rig.front.visit(host, authority?.certificate ?? "")).issuer).toBe("AgentPod local authority workshop");
    const own = await rig.certificate("localhost");
    expect(own?.names).toEqual(["127.0.0.1", "192.168.7.7", "::1", "localhost", "workshop"]);
    expect(rig.front.set?.certificates.every(({ isPublic }) => !isPublic)).toBe(true);
  });

  it("the gateway answers the tokens of domains that are still to be shown", async () => {
    rig.start();
    const domain = await rig.database.asTenants([rig.tenantId], (store) =>
      store.domains.insert({ tenantId: rig.tenantId, name: "mine.example.org", token: "a-token" }),
    );
    const token = { kind: "http", host: "mine.example.org", path: "/.well-known/agentpod-domain/a-token", body: "a-token" };
    await eventually(rig, () => expect(rig.front.challenges).toEqual([token]));
    await rig.database.asTenants([rig.tenantId], (store) => store.domains.markVerified(domain.id, "http"));
    await eventually(rig, () => expect(rig.front.challenges).toEqual([]));
  });

  it("for fifty domains at once", async () => {
    const names = Array.from({ length: 50 }, (_, i) => `domain-${i}.example`);
    const domains = names.map((name) => name.replace(".example", ".net"));
    await rig.verify(...domains);
    rig.start();
    await rig.route(...domains);
    await eventually(rig, () => expect(rig.front.set?.certificates.filter(({ isPublic }) => isPublic).length).toBe(50));
    const root = await rig.pebble.root();
    const serials = await Promise.all(domains.map((domain) => rig.front.visit(domain, root)));
    expect(new Set(serials.map(({ serial }) => serial)).size).toBe(50);
    expect(await rig.events("certificate.failed")).toEqual([]);
    // Told together, not one by one.
    expect(rig.front.calls.filter((call) => call === "certificates").length).toBeLessThan(30);
  });

  it("and is renewed on request, the old one being served until then", async () => {
    await rig.verify("example.org");
    await rig.route("shop.example.org");
    rig.start();
    const before = await served("shop.example.org");
    const { id } = await rig.reaches("shop.example.org", issued);
    await rig.database.asSystem((store) => store.certificates.renewNow(id));
    await eventually(rig, async () => {
      const now = await rig.front.visit("shop.example.org", await rig.pebble.root());
      expect(now.serial).not.toBe(before.serial);
    });
    expect(await rig.events("certificate.renewed")).toHaveLength(1);
  });
});

describe.skipIf(!canHavePebble)("P7 what fails says so and harms nothing else", () => {
  it("a host without an address costs the authority nothing", async () => {
    await rig.pebble.dnsCommand("set-default-ipv4", { ip: "" });
    await rig.pebble.dnsCommand("add-a", { host: "good.example.org.", addresses: ["127.0.0.1"] });
    await rig.verify("example.org");
    await rig.route("bad.example.org", "good.example.org");
    rig.start();
    await served("good.example.org");
    const failed = await rig.reaches("bad.example.org", (one) => expect(one.failures).toBe(1));
    expect(failed).toMatchObject({ fault: "user", message: expect.stringMatching(/bad\.example\.org has no address: publish an A/) });
    expect(rig.pebble.log()).not.toContain("bad.example.org");
    expect(await rig.events("certificate.failed")).toEqual([expect.stringContaining("bad.example.org has no address")]);
  });

  it("CAA records that name another authority", async () => {
    await rig.pebble.dnsCommand("add-caa", { host: "example.org.", policies: [{ tag: "issue", value: "other.example" }] });
    const reader = dnsReader([rig.pebble.dns]);
    await expect(checkDns(reader, "shop.example.org", ["http-01"], ["pebble.example"])).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringContaining('example.org CAA 0 issue "pebble.example"'),
    });
    await checkDns(reader, "shop.example.org", ["http-01"], ["other.example"]);
    await checkDns(reader, "shop.example.net", ["http-01"], ["pebble.example"]);
  });

  it("an authority that is down: the system's fault, and done soon after it is back", async () => {
    await rig.pebble.kill();
    await rig.verify("example.org");
    await rig.route("shop.example.org");
    rig.start();
    const failed = await rig.reaches("shop.example.org", (one) => expect(one.failures).toBe(1));
    expect(failed).toMatchObject({ fault: "system", message: expect.stringContaining("cannot be reached (ECONNREFUSED)") });
    await rig.pebble.start();
    await served("shop.example.org");
    expect(await rig.reaches("shop.example.org", issued)).toMatchObject({ failures: 0, message: "" });
  });

  it("a limit of the authority is waited for as long as it says", async () => {
    const busy = createServer((_request, response) => {
      response.writeHead(429, { "content-type": "application/problem+json", "retry-after": "7200" });
      response.end(JSON.stringify({ type: "urn:ietf:params:acme:error:rateLimited", detail: "too many new orders recently" }));
    }).listen(0, "127.0.0.1");
    await once(busy, "listening");
    await rig.verify("example.org");
    await rig.route("shop.example.org");
    rig.start({ directory: `http://127.0.0.1:${(busy.address() as AddressInfo).port}/dir` });
    const limited = await rig.reaches("shop.example.org", (one) => expect(one.failures).toBe(1));
    busy.close();
    busy.closeAllConnections();
    expect(limited).toMatchObject({ fault: "system", message: expect.stringContaining("too many new orders recently") });
    expect(Date.parse(limited.nextAttemptAt ?? "") - Date.now()).toBeGreaterThan(7_000_000);
  });

  it("an uploaded certificate that nobody renews is told of once, and one that cannot be served keeps no other from it", async () => {
    const authority = await createLocalAuthority("workshop", new Date());
    // Signed a year ago and more: about a week is left.
    const { chain, key } = await signLocally(authority, ["old.lan"], new Date(Date.now() - 390 * 86_400_000));
    await rig.verify("old.lan", "broken.lan");
    await rig.route("old.lan");
    await rig.database.asSystem(async (store) => {
      for (const [name, own] of [
        ["old.lan", chain],
        ["broken.lan", chain.replace(/.{8}$/m, "AAAAAAAA")],
      ] as const) {
        const { id } = await store.certificates.want({ tenantId: rig.tenantId, names: [name], source: "uploaded" });
        const facts = { ...readCertificate(chain), fingerprint: name };
        await store.certificates.saveIssued(id, { ...facts, chain: own, key, renewAt: null, challenge: null });
      }
    });
    rig.start();
    await eventually(rig, async () => {
      const told = await rig.events("certificate.expiring");
      expect(told.filter((message) => message.includes("old.lan"))).toEqual([
        "certificate for old.lan ends in less than 7 days. Upload a new one.",
      ]);
    });
    expect((await rig.front.visit("old.lan", authority.certificate)).issuer).toBe("AgentPod local authority workshop");
    expect(rig.front.set?.certificates.flatMap(({ names }) => names)).not.toContain("broken.lan");
    expect(rig.warnings.join("\n")).toContain("the gateway cannot serve a certificate");
    // Another look tells nothing anew.
    await rig.route("other.localhost");
    await rig.reaches("other.localhost", issued);
    expect(await rig.events("certificate.expiring")).toHaveLength(2);
  });

  it("an authority that forgot the account is given it again", async () => {
    await rig.verify("example.org");
    rig.start();
    await rig.route("one.example.org");
    await served("one.example.org");
    await rig.pebble.kill();
    await rig.pebble.start();
    await rig.route("two.example.org");
    await served("two.example.org");
    expect(await rig.events("certificate.failed")).toEqual([]);
  });

  it("a gateway that is away while the authority looks is not the domain's fault", async () => {
    await rig.verify("example.org");
    await rig.route("shop.example.org");
    let hasFallen = false;
    rig.start({
      crash(point) {
        // It is gone right after it took the proof.
        if (point === "after:challenge" && !hasFallen) rig.front.fall();
        hasFallen ||= point === "after:challenge";
        return false;
      },
    });
    const failed = await rig.reaches("shop.example.org", (one) => expect(one.failures).toBeGreaterThan(0));
    expect(failed.fault).toBe("system");
    rig.front.rise();
    await served("shop.example.org");
  });

  it("a gateway that lost its certificates has them again", async () => {
    await rig.verify("example.org");
    await rig.route("shop.example.org");
    rig.start();
    const before = await served("shop.example.org");
    rig.front.fall();
    rig.front.rise();
    expect(await served("shop.example.org")).toEqual(before);
  });

  it.each([-1, 1])("a clock that is %i days off orders once", async (days) => {
    await rig.verify("example.org");
    await rig.route("shop.example.org");
    rig.start({ aheadMs: days * 86_400_000 });
    const { issued: first } = await rig.reaches("shop.example.org", issued);
    await rig.route("later.example.org");
    await rig.reaches("later.example.org", issued);
    const certificate = await rig.certificate("shop.example.org");
    expect(certificate?.issued?.fingerprint).toBe(first?.fingerprint);
    expect(Date.parse(certificate?.renewAt ?? "") - Date.now()).toBeGreaterThan(50 * 86_400_000);
  });
});

describe.skipIf(!canHavePebble)("P5 certificates and control planes that die", () => {
  it.each(["after:challenge", "after:issue", "before:certificates"])("killed %s: the next one finishes", async (point) => {
    await rig.verify("example.org");
    await rig.route("shop.example.org");
    await rig.start({ crash: (at) => at === point }).killed;
    rig.start();
    await served("shop.example.org");
    expect(await rig.reaches("shop.example.org", issued)).toMatchObject({ failures: 0 });
    await eventually(rig, () => expect(rig.front.challenges).toEqual([]));
  });

  it("killed with a TXT record published: the next one removes it", async () => {
    await rig.verify("example.org");
    await rig.addProvider("example.org");
    await rig.route("*.example.org");
    await rig.start({ crash: (at) => at === "after:txt" }).killed;
    expect(rig.txt.get("_acme-challenge.example.org")?.size).toBe(1);
    rig.start();
    await served("www.example.org");
    expect(rig.txt.size).toBe(0);
  });

  it("two of them order each certificate once", async () => {
    const domains = Array.from({ length: 10 }, (_, i) => `domain-${i}.net`);
    await rig.verify(...domains);
    rig.start({ owner: "one" });
    rig.start({ owner: "two" });
    await rig.route(...domains);
    for (const domain of domains) await rig.reaches(domain, issued);
    expect(await rig.events("certificate.issued")).toHaveLength(10);
    expect(await rig.events("certificate.renewed")).toHaveLength(0);
    expect(rig.pebble.log().match(/Issued certificate serial/g)).toHaveLength(10);
  });
});
