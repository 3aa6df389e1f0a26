import { createSocket } from "node:dgram";
import { once } from "node:events";
import { ownershipPath } from "@agentpod/core/domain";
import { knotProgram } from "@agentpod/dns/testing/start-knot";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { checkDomain } from "../src/domains/check-domain.ts";
import { domainChallenges } from "../src/domains/domain-challenges.ts";
import { domainServices } from "../src/domains/domain-services.ts";
import { type DomainRig, domainRig, zone } from "./domain-rig.ts";

describe.skipIf(knotProgram === null)("P7 who a domain belongs to (Knot DNS is needed)", () => {
  let rig: DomainRig;
  /** What the web server answers, by path. */
  const pages = new Map<string, { status: number; headers?: Record<string, string>; body: string }>();
  const asked: string[] = [];

  beforeAll(async () => {
    rig = await domainRig(inject("serverUrl"), (request, response) => {
      asked.push(`${request.headers.host?.split(":")[0]}${request.url}`);
      const page = pages.get(request.url ?? "") ?? { status: 404, body: "nothing" };
      response.writeHead(page.status, page.headers).end(page.body);
    });
  });
  afterAll(() => rig?.close());

  const look = async (label: string, token = `t-${label}`, tenant?: string) => {
    const domain = await rig.add(label === "" ? zone : `${label}.${zone}`, token, tenant);
    const finding = await rig.services.checkDomain(domain);
    await rig.scratch.database.asSystem((store) => store.domains.delete(domain.id));
    return finding;
  };

  test("the record shows it: alone, among others, behind a CNAME, for a name beyond ASCII, by a wildcard", async () => {
    for (const [label, token] of [["among"], ["alias"], ["bücher", "t-idn"], ["any.wild", "t-wild"]] as const)
      expect(await look(label, token)).toEqual({ method: "dns", isSure: true, message: expect.stringContaining("holds the token") });
    expect(asked).toEqual([]);
  });

  test("no record, a wrong one, one in quotes and somebody else's are told apart, and what to publish is said", async () => {
    const said = async (label: string) => {
      const finding = await look(label);
      expect(finding).toMatchObject({ method: null, isSure: true });
      expect(finding.message).toContain(`Publish the TXT record _agentpod.${label}.${zone} with the value agentpod-domain=t-${label}`);
      return finding.message;
    };
    expect(await said("missing")).toContain(`There is no TXT record _agentpod.missing.${zone}. missing.${zone} has no address.`);
    expect(await said("wrong")).toContain("holds another token than this domain's");
    expect(await said("quoted")).toContain("has the token with something around it");
    const foreign = await said("foreign");
    expect(foreign).toContain("holds another value");
    expect(foreign).not.toContain("google");
  });

  test("another tenant's token at the same name shows nothing for this one", async () => {
    expect(await look("among", "t-mine", "acme")).toMatchObject({ method: null });
    expect(await look("among", "t-among", "rivals")).toMatchObject({ method: "dns" });
  });

  test("CNAMEs in a circle are named; a zone that fails and a silent server are no proof of absence", async () => {
    expect(await look("circle")).toMatchObject({ method: null, isSure: true, message: expect.stringContaining("lead in a circle") });
    const broken = await rig.add("broken.test", "t");
    expect(await rig.services.checkDomain(broken)).toMatchObject({
      method: null,
      isSure: false,
      message: expect.stringContaining("SERVFAIL"),
    });
    const silent = createSocket("udp4").bind(0, "127.0.0.1");
    await once(silent, "listening");
    const dnsServers = [`127.0.0.1:${silent.address().port}`];
    const deaf = domainServices({ publicUrl: null, baseDomains: [], dnsServers, outboundAllow: [] }, rig.scratch.database);
    expect(await deaf.checkDomain(broken)).toMatchObject({ method: null, isSure: false, message: expect.stringContaining("in time") });
    silent.close();
  });

  test("over HTTP the very token counts, and nothing else that is answered", async () => {
    const path = ownershipPath("t-web");
    const message = async () => (await look("web")).message;
    expect(await message()).toContain(`${path} answered 404.`);
    pages.set(path, { status: 200, body: "<html>t-web</html>" });
    expect(await message()).toContain("answered something other than the token");
    pages.set(path, { status: 200, body: `t-web${" ".repeat(1024)}` });
    expect(await message()).toContain("longer than 1024 bytes");
    pages.set(path, { status: 302, headers: { location: `http://web2.${zone}/` }, body: "" });
    expect(await message()).toContain("answered 302, and redirects are not followed");
    pages.set(path, { status: 500, body: "t-web" });
    expect(await look("web")).toMatchObject({ method: null });
    pages.set(path, { status: 200, body: "t-web\n" });
    expect(await look("web")).toMatchObject({ method: "http", isSure: true });
    expect(await look("web", "t-another")).toMatchObject({ method: null });
    expect(asked.every((one) => one.startsWith(`web.${zone}/.well-known/agentpod-domain/`))).toBe(true);
  });

  test("a domain that leads inside is never asked, not even when one of its addresses is fine", async () => {
    asked.splice(0);
    for (const label of ["inside", "mixed", "rebound"]) {
      pages.set(ownershipPath(`t-${label}`), { status: 200, body: `t-${label}` });
      expect(await look(label)).toMatchObject({ method: null, message: expect.stringContaining("AGENTPOD_OUTBOUND_ALLOW") });
    }
    expect(asked).toEqual([]);
  });

  test("where two tenants ask for overlapping names only the record counts: the gateway answers everybody's token", async () => {
    pages.set(ownershipPath("t-web"), { status: 200, body: "t-web" });
    pages.set(ownershipPath("t-rival"), { status: 200, body: "t-rival" });
    const rival = await rig.add(`web.${zone}`, "t-rival", "rivals");
    const finding = await look("web");
    expect(finding).toMatchObject({ method: null, message: expect.stringContaining("Another tenant asks for this domain too") });
    expect(finding.message).not.toContain("rivals");
    await rig.scratch.database.asSystem((store) => store.domains.delete(rival.id));
    const above = await rig.add(zone, "t-above", "rivals");
    expect(await look("web")).toMatchObject({ method: null });
    await rig.scratch.database.asSystem((store) => store.domains.delete(above.id));
    expect(await look("web")).toMatchObject({ method: "http" });
  });

  test("the gateway is given the tokens of pending domains, each at its path", async () => {
    const pending = await rig.add(`web.${zone}`, "t-web");
    const verified = { ...pending, name: "done.test", state: "verified" as const };
    const [challenge, ...others] = domainChallenges([pending, verified]);
    expect([challenge, others]).toEqual([
      { kind: "http", host: `web.${zone}`, path: "/.well-known/agentpod-domain/t-web", body: "t-web" },
      [],
    ]);
    // What the gateway would answer is what the look accepts.
    const guard = {
      fetch: async () => ({ status: 200, headers: {}, body: Buffer.from(challenge?.kind === "http" ? challenge.body : ""), url: "" }),
    };
    const looks = { reader: rig.services.reader, guard, isContested: async () => false };
    expect(await checkDomain(pending, looks)).toMatchObject({ method: "http" });
  });
});
