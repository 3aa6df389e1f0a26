import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { canHavePebble } from "@agentpod/acme/testing/pebble-programs";
import type { CertificateView } from "@agentpod/core/api/certificate-view";
import type { DomainView } from "@agentpod/core/api/domain-view";
import type { DoctorLine } from "@agentpod/core/api/platform-view";
import { knotProgram } from "@agentpod/dns/testing/start-knot";
import { freePort } from "@agentpod/host/free-port";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type NamedInstallation, startNamedInstallation } from "../src/front-names.ts";
import { answering, nodePod } from "../src/node-unit.ts";
import { servedSerial, steadyVisitors } from "../src/steady-visitors.ts";

const wait = { timeout: 90_000, interval: 200 };

// Knot DNS (Debian's package knot) is the name server that the authority and AgentPod ask; Pebble is Debian trixie's.
describe.skipIf(knotProgram === null || !canHavePebble)("P7 W5 a whole AgentPod with names, an ACME authority and visitors", () => {
  let named: NamedInstallation;
  let root: string;

  beforeAll(async () => {
    named = await startNamedInstallation();
    root = await named.pebble.root();
    expect(await named.installation.cli("tenant", "create", "acme")).toMatchObject({ code: 0 });
  });
  afterAll(() => named?.destroy());

  const create = (name: string, hosts: string[]) => {
    const spec = nodePod(answering, { env: { VERSION: name } });
    return named.installation
      .client()
      .pods.create("acme", { name, spec: { ...spec, routes: spec.routes?.map((route) => ({ ...route, hosts })) } });
  };
  const certificates = () => named.installation.json<CertificateView[]>("certificate", "list");
  const find = async (host: string) => (await certificates()).find(({ names }) => names.includes(host));
  const answers = (host: string, body: string, trusted = root) =>
    vi.waitFor(async () => expect(await named.curl(host, trusted)).toEqual({ version: "2", status: 200, body }), wait);
  const serial = (host: string) => servedSerial(host, named.httpsPort, root);
  const renew = async (host: string): Promise<void> => {
    const before = await serial(host);
    const { id = "" } = (await find(host)) ?? {};
    expect(await named.installation.cli("certificate", "renew", id, "--tenant", "acme")).toMatchObject({ code: 0 });
    await vi.waitFor(async () => expect(await serial(host)).not.toBe(before), wait);
  };

  it("a pod on a custom domain gets its certificate by itself; curl answers over HTTP/2", async () => {
    const domain = await named.installation.json<DomainView>("domain", "add", "acme", "e2e-shop.org");
    await named.publish("e2e-shop.org", domain.publish.txt.name, domain.publish.txt.value);
    expect(await named.installation.json<DomainView>("domain", "verify", "acme", "e2e-shop.org")).toMatchObject({
      state: "verified",
      method: "dns",
    });
    await create("shop", ["www.e2e-shop.org"]);
    await answers("www.e2e-shop.org", "shop");
    expect(await find("www.e2e-shop.org")).toMatchObject({ tenant: "acme", state: "issued", challenge: "http-01", failures: 0 });
  });

  it("a pod on a wildcard gets its certificate by DNS", async () => {
    expect(await named.installation.cli("domain", "add", "acme", "e2e-wild.org")).toMatchObject({ code: 0 });
    expect(await named.installation.cli("domain", "verify", "acme", "e2e-wild.org", "--method", "trusted", "--yes")).toMatchObject({
      code: 0,
    });
    const credentials = await named.installation.specFile(named.dnsCredentials);
    const add = [
      "dns-provider",
      "add",
      "ns",
      "--kind",
      "rfc2136",
      "--zone",
      "e2e-wild.org",
      "--tenant",
      "acme",
      "--credentials",
      credentials,
    ];
    expect(await named.installation.cli(...add)).toMatchObject({ code: 0 });
    await create("wild", ["*.e2e-wild.org"]);
    await answers("anything.e2e-wild.org", "wild");
    expect(await find("*.e2e-wild.org")).toMatchObject({ state: "issued", challenge: "dns-01" });
  });

  it("names below the base domain share one wildcard certificate of the installation", async () => {
    const credentials = await named.installation.specFile(named.dnsCredentials);
    const add = ["dns-provider", "add", "base", "--kind", "rfc2136", "--zone", "e2e-pods.com", "--credentials", credentials];
    expect(await named.installation.cli(...add)).toMatchObject({ code: 0 });
    await create("later", []);
    await vi.waitFor(async () => expect(await find("*.pods.e2e-pods.com")).toMatchObject({ tenant: null, challenge: "dns-01" }), wait);
    await answers("later-acme.pods.e2e-pods.com", "later");
    expect(await find("later-acme.pods.e2e-pods.com")).toBeUndefined();
  });

  it("local names are the local authority's, which curl trusts once told", async () => {
    const authority = await fetch(`http://127.0.0.1:${named.installation.port}/api/v1/certificates/authority`, {
      headers: { host: "localhost" },
    });
    expect(authority.status).toBe(200);
    await answers("shop-acme.localhost", "shop", await authority.text());
  });

  it("renewal under load swaps the certificate with no failed request", async () => {
    const visitors = steadyVisitors("www.e2e-shop.org", named.httpsPort, root);
    await vi.waitFor(() => expect(visitors.answered).toBeGreaterThan(50), wait);
    await renew("www.e2e-shop.org");
    const before = visitors.answered;
    await vi.waitFor(() => expect(visitors.answered).toBeGreaterThan(before + 50), wait);
    await visitors.stop();
    expect(visitors.failed).toEqual([]);
  });

  it("HTTPS goes on while the control plane is dead, from the gateway's own file, and the file comes back when it is lost", async () => {
    const before = await serial("www.e2e-shop.org");
    const server = named.installation.pid("server");
    process.kill(server, "SIGSTOP");
    try {
      named.installation.kill("gateway");
      await answers("www.e2e-shop.org", "shop");
      expect(await serial("www.e2e-shop.org")).toBe(before);
    } finally {
      process.kill(server, "SIGCONT");
    }
    const file = join(named.installation.home.gateway, "certificates.jsonl");
    rmSync(file);
    named.installation.kill("gateway");
    await answers("www.e2e-shop.org", "shop");
    expect(await serial("www.e2e-shop.org")).toBe(before);
    expect(existsSync(file)).toBe(true);
  });

  it.each(["after:challenge", "after:issue", "before:certificates"])(
    "the control plane killed %s: the renewal comes to its end all the same",
    async (point) => {
      await named.installation.crashAt(point);
      await renew("www.e2e-shop.org");
      expect(named.installation.pendingCrashes()).toEqual([]);
      await answers("www.e2e-shop.org", "shop");
    },
  );

  it("the gateway killed while fifty domains are asked for: all have their certificates in the end", async () => {
    expect(await named.installation.cli("domain", "add", "acme", "e2e-many.net")).toMatchObject({ code: 0 });
    expect(await named.installation.cli("domain", "verify", "acme", "e2e-many.net", "--method", "trusted", "--yes")).toMatchObject({
      code: 0,
    });
    const hosts = Array.from({ length: 50 }, (_, i) => `d${i}.e2e-many.net`);
    await create("many", hosts);
    const issued = async () =>
      (await certificates()).filter(({ names, state }) => hosts.includes(names[0] ?? "") && state === "issued").length;
    await vi.waitFor(async () => expect(await issued()).toBeGreaterThan(5), wait);
    named.installation.kill("gateway");
    await vi.waitFor(async () => expect(await issued()).toBe(50), wait);
    await answers("d0.e2e-many.net", "many");
    await answers("d49.e2e-many.net", "many");
  });

  it("doctor says that HTTPS is served and the authority answers, and when it no longer does", async () => {
    const lines = async () => (await named.installation.json<DoctorLine[]>("doctor")).filter(({ check }) => check === "certificates");
    expect((await lines()).map(({ status }) => status)).toEqual(["ok", "ok"]);
    await named.pebble.kill();
    expect(await lines()).toContainEqual(
      expect.objectContaining({ status: "warning", message: expect.stringContaining("cannot be reached") }),
    );
    await answers("www.e2e-shop.org", "shop");
  });
});

describe.skipIf(knotProgram === null || !canHavePebble)("P7 where port 80 does not get through", () => {
  let named: NamedInstallation;
  beforeAll(async () => {
    named = await startNamedInstallation("memory", await freePort());
    expect(await named.installation.cli("tenant", "create", "acme")).toMatchObject({ code: 0 });
  });
  afterAll(() => named?.destroy());

  it("the gateway answers TLS-ALPN-01, and the certificate comes at the first try", async () => {
    await named.installation.client().pods.create("acme", { name: "quiet", spec: nodePod(answering) });
    const host = "quiet-acme.pods.e2e-pods.com";
    await vi.waitFor(async () => {
      const found = (await named.installation.json<CertificateView[]>("certificate", "list")).find(({ names }) => names.includes(host));
      expect(found).toMatchObject({ state: "issued", challenge: "tls-alpn-01", failures: 0 });
    }, wait);
    const root = await named.pebble.root();
    await vi.waitFor(async () => expect(await servedSerial(host, named.httpsPort, root)).not.toBe(""), wait);
  });
});
