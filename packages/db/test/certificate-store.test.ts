import { rootCertificates } from "node:tls";
import type { CertificateStore, Store } from "@agentpod/core/store";
import type { Tenant } from "@agentpod/core/tenant";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type ScratchDatabase, scratchDatabase } from "../src/testing/scratch-database.ts";
import { newTenant, rawClient } from "./fixture.ts";

let scratch: ScratchDatabase;
let acme: Tenant;
beforeAll(async () => {
  scratch = await scratchDatabase(inject("serverUrl"));
  acme = await newTenant(scratch.database, "acme");
});
afterAll(() => scratch?.drop());

const system = <T>(work: (store: Store) => Promise<T>) => scratch.database.asSystem(work);
const asAcme = <T>(work: (store: Store) => Promise<T>) => scratch.database.asTenants([acme.id], work);
const want = (names: string[], tenantId: string | null = acme.id) =>
  system((s) => s.certificates.want({ tenantId, names, source: "acme" }));
/** Self-signed, of no authority that anybody knows. */
const unknown = `-----BEGIN CERTIFICATE-----
MIIBeDCCAR+gAwIBAgIUUhH47Sti7Nv53FQ3aMu1zmgiT/kwCgYIKoZIzj0EAwIw
ETEPMA0GA1UEAwwGbm9ib2R5MCAXDTI2MTEyMTEwMTMxNFoYDzIxMjYxMDI4MTAx
MzE0WjARMQ8wDQYDVQQDDAZub2JvZHkwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
AASr9Zuh6RQsPyGb0Nj7+y4+OgfgPymDjNiv/8c2yzYqeoA1qEyktbG9+GdU64Bh
sKyQ/4nExAHGGn8/HAyqx8Zjo1MwUTAdBgNVHQ4EFgQUlDCgDifhkOMudxPBnhn4
AoDZ2jkwHwYDVR0jBBgwFoAUlDCgDifhkOMudxPBnhn4AoDZ2jkwDwYDVR0TAQH/
BAUwAwEB/zAKBggqhkjOPQQDAgNHADBEAiBETKZO7ZsWDaiAK865Y6XP0F8X/4kM
lXhlAClRDYaWRwIgLKrkTXzU6JFU+E2zhdrmBgI9bryzHoCDvnByMcsm4AE=
-----END CERTIFICATE-----
`;
const issue = (key: string): Parameters<CertificateStore["saveIssued"]>[1] => ({
  chain: "chain of it",
  key,
  notBefore: "2026-01-01T00:00:00.000Z",
  notAfter: "2026-04-01T00:00:00.000Z",
  issuer: "CN=Test",
  serial: "01",
  fingerprint: "ab",
  challenge: "http-01",
  renewAt: "2026-03-01T00:00:00.000Z",
});

describe("P7 certificates", () => {
  it("the same names of the same owner are wanted once, in any order", async () => {
    const one = await want(["b.example", "a.example", "a.example"]);
    expect(one).toMatchObject({ tenant: "acme", names: ["a.example", "b.example"], issued: null, failures: 0, renewAt: null });
    expect((await want(["a.example", "b.example"])).id).toBe(one.id);
    const others = [await want(["a.example"]), await want(["a.example", "b.example"], null)];
    const uploaded = await asAcme((s) => s.certificates.want({ tenantId: acme.id, names: one.names, source: "uploaded" }));
    expect(new Set([one.id, uploaded.id, ...others.map((c) => c.id)]).size).toBe(4);
    const many = Array.from({ length: 100 }, (_, i) => `${"long-label-".repeat(5)}${i}.${"deep-".repeat(10)}.example`);
    expect((await want(many)).names).toHaveLength(100);
    expect((await system((s) => s.certificates.list({ tenant: null }))).map((c) => c.tenantId)).toEqual([null]);
    expect((await system((s) => s.certificates.list({ tenant: "acme" }))).every((c) => c.tenant === "acme")).toBe(true);
  });

  it("two that want it at once get one row", async () => {
    const rows = await Promise.all([1, 2, 3, 4].map(() => want(["race.example"])));
    expect(new Set(rows.map((c) => c.id)).size).toBe(1);
  });

  it("a failure counts and waits, leaves what was issued, and ends with success", async () => {
    const { id } = await want(["fails.example"]);
    const failure = { message: "The authority refused.", fault: "user" as const, nextAttemptAt: "2026-01-02T00:00:00.000Z" };
    for (const _time of [1, 2]) await system((s) => s.certificates.saveFailure(id, failure));
    expect(await system((s) => s.certificates.get(id))).toMatchObject({ failures: 2, ...failure, issued: null });
    await system((s) => s.certificates.saveIssued(id, issue("key one")));
    await system((s) => s.certificates.saveOcsp(id, { response: "b2s=", nextUpdate: "2026-01-08T00:00:00.000Z" }));
    const after = await system((s) => s.certificates.get(id));
    expect(after).toMatchObject({
      failures: 0,
      message: "",
      fault: null,
      nextAttemptAt: null,
      renewAt: "2026-03-01T00:00:00.000Z",
      challenge: "http-01",
      issued: { chain: "chain of it", fingerprint: "ab", notAfter: "2026-04-01T00:00:00.000Z" },
      ocsp: { response: "b2s=", nextUpdate: "2026-01-08T00:00:00.000Z" },
    });
    await system((s) => s.certificates.saveFailure(id, failure));
    await system((s) => s.certificates.renewNow(id));
    const due = await system((s) => s.certificates.get(id));
    expect(due).toMatchObject({ failures: 0, nextAttemptAt: null, issued: { chain: "chain of it" } });
    expect(Date.parse(due.renewAt ?? "")).toBeLessThanOrEqual(Date.now());
    await system((s) => s.certificates.saveIssued(id, { ...issue("key two"), chain: "next" }));
    expect((await system((s) => s.certificates.get(id))).ocsp).toBeNull();
    await expect(system((s) => s.certificates.saveFailure(acme.id, failure))).rejects.toMatchObject({ code: "not_found" });
  });

  it("are served with their keys, which nobody else gets to see", async () => {
    const own = await asAcme((s) => s.certificates.want({ tenantId: acme.id, names: ["up.example"], source: "uploaded" }));
    const key = "needle-of-a-key";
    await asAcme((s) => s.certificates.saveIssued(own.id, { ...issue(key), challenge: null, renewAt: null }));
    const local = await system((s) => s.certificates.want({ tenantId: null, names: ["pod.localhost"], source: "local" }));
    await system((s) => s.certificates.saveIssued(local.id, issue("local key")));
    const served = await system((s) => s.certificates.served());
    expect(served.find((c) => c.id === own.id)).toEqual({
      id: own.id,
      names: ["up.example"],
      chain: "chain of it",
      key,
      ocsp: null,
      isPublic: false,
    });
    expect(served.find((c) => c.id === local.id)).toMatchObject({ key: "local key", isPublic: false });
    await want(["never.example"]);
    expect((await system((s) => s.certificates.served())).length).toBe(served.length);
    await expect(asAcme((s) => s.certificates.served())).rejects.toMatchObject({ code: "forbidden" });
    const client = await rawClient(scratch.urlOf(scratch.roles.system));
    const { rows } = await client.query("select c::text as row from agentpod.certificates c");
    expect(rows.map((r) => r.row).join()).not.toContain(key);
    expect(rows.map((r) => r.row).join()).not.toContain(Buffer.from(key).toString("hex"));
    await client.end();
  });

  it("browsers trust those of ACME, and uploaded ones that lead to an authority they know", async () => {
    const isPublic = async (name: string, source: "acme" | "uploaded" | "local", chain: string) => {
      const { id } = await system((s) => s.certificates.want({ tenantId: acme.id, names: [name], source }));
      await system((s) => s.certificates.saveIssued(id, { ...issue("k"), chain }));
      return (await system((s) => s.certificates.served())).find((c) => c.id === id)?.isPublic;
    };
    const known = rootCertificates[0] ?? "";
    expect(await isPublic("p1.example", "acme", unknown)).toBe(true);
    expect(await isPublic("p2.example", "uploaded", known)).toBe(true);
    expect(await isPublic("p3.example", "uploaded", `${unknown}${known}`)).toBe(true);
    expect(await isPublic("p4.example", "uploaded", unknown)).toBe(false);
    expect(await isPublic("p5.example", "local", known)).toBe(false);
  });

  it("a key moved to another row does not open, and takes no other off HTTPS", async () => {
    const before = await system((s) => s.certificates.served());
    const [victim, source] = [await want(["victim.example"]), await want(["source.example"])];
    for (const { id } of [victim, source]) await system((s) => s.certificates.saveIssued(id, issue(`key of ${id}`)));
    const client = await rawClient(scratch.urlOf(scratch.roles.system));
    await client.query(
      "update agentpod.certificates set ciphertext = (select ciphertext from agentpod.certificates where id = $1) where id = $2",
      [source.id, victim.id],
    );
    await client.end();
    const served = await system((s) => s.certificates.served());
    expect(served.map((c) => c.id)).not.toContain(victim.id);
    expect(served.length).toBe(before.length + 1);
  });

  it("one worker at a time; a lease that ran out is another's to take", async () => {
    const { id } = await want(["leased.example"]);
    const claim = (owner: string, seconds: number) => system((s) => s.certificates.claim(id, owner, seconds));
    expect(await claim("one", 60)).toBe(true);
    expect(await claim("one", 60)).toBe(true);
    expect(await claim("two", 60)).toBe(false);
    await system((s) => s.certificates.release(id, "two"));
    expect(await claim("two", 60)).toBe(false);
    expect(await claim("one", 0)).toBe(true);
    expect(await claim("two", 60)).toBe(true);
    await system((s) => s.certificates.release(id, "two"));
    expect(await claim("three", 60)).toBe(true);
    await system((s) => s.certificates.delete(id));
    expect(await system((s) => s.certificates.find(id))).toBeNull();
    expect(await claim("three", 60)).toBe(false);
  });
});

describe("P7 keys of the installation", () => {
  it("an account is kept per directory, and written over", async () => {
    const directory = "https://ca.example/dir";
    expect(await system((s) => s.acme.account(directory))).toBeNull();
    await system((s) => s.acme.saveAccount(directory, { key: "account key", url: null }));
    await system((s) => s.acme.saveAccount(directory, { key: "account key", url: "https://ca.example/acct/1" }));
    expect(await system((s) => s.acme.account(directory))).toEqual({ key: "account key", url: "https://ca.example/acct/1" });
    expect(await system((s) => s.acme.account("https://other.example"))).toBeNull();
  });

  it("of two local authorities that are made at once, one is kept for both", async () => {
    expect(await system((s) => s.acme.localAuthority())).toBeNull();
    const made = await Promise.all(
      ["a", "b"].map((n) => system((s) => s.acme.saveLocalAuthority({ certificate: `certificate ${n}`, key: `key ${n}` }))),
    );
    expect(made[0]).toEqual(made[1]);
    expect(await system((s) => s.acme.localAuthority())).toEqual(made[0]);
  });

  it("are not the app role's to read, for every tenant either", async () => {
    const looks: ((s: Store) => Promise<unknown>)[] = [(s) => s.acme.account("x"), (s) => s.acme.localAuthority()];
    for (const look of looks) await expect(scratch.database.asTenants("*", look)).rejects.toMatchObject({ code: "forbidden" });
  });
});

describe("P7 DNS providers", () => {
  it("keep their credentials to the system role", async () => {
    const insert = (tenantId: string | null, name: string) =>
      scratch.database.asTenants("*", (s) =>
        s.dnsProviders.insert({ tenantId, name, kind: "rfc2136", zones: ["example.com"], credentials: { secret: "hunter2", host: "::1" } }),
      );
    const own = await insert(acme.id, "main");
    expect(own).toMatchObject({ tenant: "acme", name: "main", kind: "rfc2136", zones: ["example.com"] });
    expect(JSON.stringify(own)).not.toContain("hunter2");
    await expect(insert(acme.id, "main")).rejects.toMatchObject({ code: "conflict" });
    const installation = await insert(null, "main");
    await expect(insert(null, "main")).rejects.toMatchObject({ code: "conflict" });
    expect(await system((s) => s.dnsProviders.reveal(own.id))).toEqual({ secret: "hunter2", host: "::1" });
    expect(await system((s) => s.dnsProviders.get(null, "main"))).toEqual(installation);
    expect(await asAcme((s) => s.dnsProviders.list({}))).toEqual([own]);
    expect(await system((s) => s.dnsProviders.list({ tenant: null }))).toEqual([installation]);
    await expect(asAcme((s) => s.dnsProviders.get(null, "main"))).rejects.toMatchObject({ code: "not_found" });
    await expect(asAcme((s) => s.dnsProviders.reveal(own.id))).rejects.toMatchObject({ code: "forbidden" });
    await asAcme((s) => s.dnsProviders.delete(installation.id));
    expect(await system((s) => s.dnsProviders.get(null, "main"))).toEqual(installation);
    await asAcme((s) => s.dnsProviders.delete(own.id));
    await expect(system((s) => s.dnsProviders.reveal(own.id))).rejects.toMatchObject({ code: "not_found" });
  });

  it("another row's credentials do not open", async () => {
    const insert = (name: string) =>
      system((s) => s.dnsProviders.insert({ tenantId: acme.id, name, kind: "cloudflare", zones: [], credentials: { token: name } }));
    const [one, two] = [await insert("one"), await insert("two")];
    const client = await rawClient(scratch.urlOf(scratch.roles.system));
    await client.query(
      "update agentpod.dns_providers set ciphertext = (select ciphertext from agentpod.dns_providers where id = $1) where id = $2",
      [one.id, two.id],
    );
    await client.query("update agentpod.dns_providers set tenant_id = null where id = $1", [one.id]);
    await client.end();
    for (const { id } of [one, two]) await expect(system((s) => s.dnsProviders.reveal(id))).rejects.toMatchObject({ code: "internal" });
  });
});
