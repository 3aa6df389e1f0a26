import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { connect, type TLSSocket } from "node:tls";
import type { ServedCertificate } from "@agentpod/core/gateway-tls";
import { testCertificate } from "@agentpod/host/test-certificate";
import { describe, expect, it } from "vitest";
import { EmbeddedGateway } from "../src/gateway.ts";
import { afterTest, host, httpUpstream, rawUpstream, readUntil, route, settingsIn, startRig, tempDir, text } from "./rig.ts";
import { askTls, certificate, refusalOf, setLines, shake, startTlsRig } from "./tls-rig.ts";

const print = ({ chain }: ServedCertificate): string => new X509Certificate(chain).fingerprint256;
const printOf = (socket: TLSSocket): string => socket.getPeerCertificate().fingerprint256;

describe("P7 certificates by name", () => {
  it("exact, then one wildcard label, any case; ECDSA and RSA; an unknown name is refused as such", async () => {
    const rig = await startTlsRig();
    const exact = await certificate("exact", ["www.example.com"]);
    const wild = await certificate("wild", ["*.example.com"], {}, "rsa");
    await rig.certify(exact, wild);
    const got = async (servername: string) => printOf(await shake(rig.tlsPort, { servername }));
    expect(await got("www.example.com")).toBe(print(exact));
    expect(await got("WWW.Example.COM")).toBe(print(exact));
    expect(await got("x.example.com")).toBe(print(wild));
    for (const servername of ["example.com", "a.b.example.com", "evilexample.com"])
      expect(await refusalOf(rig.tlsPort, { servername }), servername).toMatch(/UNRECOGNIZED_NAME/);
  });

  it("a client that names no host gets the one for the address it called, else the local authority's; none: refused", async () => {
    const rig = await startTlsRig();
    const foreign = await certificate("public", ["example.com"]);
    const local = await certificate("local", ["machine.local"], { isPublic: false });
    const address = await certificate("address", ["127.0.0.1"]);
    await rig.certify(foreign);
    expect(await refusalOf(rig.tlsPort, {})).toMatch(/HANDSHAKE_FAILURE/);
    await rig.certify(foreign, local);
    expect(printOf(await shake(rig.tlsPort, {}))).toBe(print(local));
    await rig.certify(foreign, local, address);
    expect(printOf(await shake(rig.tlsPort, {}))).toBe(print(address));
  });

  it("of two for one name the one that browsers trust is served, then the one that lasts longer", async () => {
    const rig = await startTlsRig();
    const local = await certificate("local", [host], { isPublic: false });
    const old = { ...(await certificate("old")), ...(await testCertificate([host], "ecdsa", 5)) };
    const young = await certificate("young");
    for (const order of [
      [local, old, young],
      [young, old, local],
    ]) {
      await rig.certify(...order);
      expect(printOf(await shake(rig.tlsPort))).toBe(print(young));
    }
  });

  it("TLS 1.1, old ciphers and unknown protocols are refused; sessions are resumed", async () => {
    const rig = await startTlsRig();
    await rig.certify(await certificate("one"));
    const old = { servername: host, minVersion: "TLSv1.1", maxVersion: "TLSv1.1", ciphers: "DEFAULT:@SECLEVEL=0" } as const;
    expect(await refusalOf(rig.tlsPort, old)).toMatch(/PROTOCOL_VERSION/);
    const cbc = { servername: host, maxVersion: "TLSv1.2", ciphers: "ECDHE-ECDSA-AES128-SHA" } as const;
    expect(await refusalOf(rig.tlsPort, cbc)).toMatch(/HANDSHAKE_FAILURE/);
    expect(await refusalOf(rig.tlsPort, { servername: host, ALPNProtocols: ["spdy/3"] })).toMatch(/NO_APPLICATION_PROTOCOL/);
    const first = await shake(rig.tlsPort, { servername: host, maxVersion: "TLSv1.2" });
    const second = await shake(rig.tlsPort, { servername: host, maxVersion: "TLSv1.2", session: first.getSession() as Buffer });
    expect(second.isSessionReused()).toBe(true);
  });

  it("staples the OCSP answer to clients that ask for it", async () => {
    const rig = await startTlsRig();
    const ocsp = Buffer.from("an answer in DER");
    await rig.certify(await certificate("one", [host], { ocsp: ocsp.toString("base64") }), await certificate("two", ["b.example"]));
    const socket = connect({ port: rig.tlsPort, host: "127.0.0.1", servername: host, requestOCSP: true, rejectUnauthorized: false });
    afterTest(() => socket.destroy());
    const [answer] = await once(socket, "OCSPResponse");
    expect(answer).toEqual(ocsp);
  });

  it("a certificate that is swapped leaves open connections alone, an idle and a busy one", async () => {
    const rig = await startTlsRig();
    const [old, next] = await Promise.all([certificate("one"), certificate("one")]);
    const release = Promise.withResolvers<void>();
    const upstream = await httpUpstream("u", async (request, response) => {
      if (request.url === "/slow") await release.promise;
      response.end("whole");
    });
    await rig.serve(route({ upstreams: [upstream] }));
    await rig.certify(old);
    const idle = await shake(rig.tlsPort);
    const slow = askTls(rig.tlsPort, { path: "/slow" });
    await expect.poll(() => rig.gateway.observe().load.u?.requests).toBe(1);
    await rig.certify(next);
    expect(printOf(await shake(rig.tlsPort))).toBe(print(next));
    release.resolve();
    expect(await slow).toMatchObject({ status: 200, body: "whole" });
    idle.write(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    expect(await readUntil(idle, "whole")).toMatch(/^HTTP\/1\.1 200 /);
  });

  it("refuses what cannot be served, by name of the certificate, and nothing changes", async () => {
    const rig = await startTlsRig();
    const [one, two] = await Promise.all([certificate("one"), certificate("two", ["b.example"])]);
    await rig.certify(one);
    const before = rig.gateway.observe().certificateVersion;
    const weak = { ...two, ...(await testCertificate(["b.example"], "rsa-1024")) };
    const wrong: [Partial<ServedCertificate>, RegExp][] = [
      [{ key: one.key }, /two.*key/],
      [{ key: "no key" }, /two.*key/],
      [{ chain: "none" }, /two.*chain/],
      [{ chain: `${two.chain}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n` }, /two.*chain/],
      [weak, /two.*chain/],
      [{ names: [] }, /two.*names/],
      [{ names: ["Upper.Example"] }, /two.*names/],
      [{ ocsp: "%" }, /two.*ocsp/],
      [{ id: "one" }, /one is given twice/],
    ];
    for (const [change, message] of wrong) {
      const refused = rig.certify(one, { ...two, ...change });
      await expect(refused).rejects.toMatchObject({ code: "invalid", message: expect.stringMatching(message) });
      await expect(refused).rejects.not.toMatchObject({ message: expect.stringContaining("PRIVATE") });
    }
    await expect(rig.gateway.https.applyCertificates(setLines("cut", [one]))).resolves.toBeUndefined();
    const short = (async function* () {
      yield JSON.stringify({ version: "short", count: 2 });
      yield JSON.stringify(one);
    })();
    await expect(rig.gateway.https.applyCertificates(short)).rejects.toMatchObject({ code: "invalid" });
    expect(before).not.toBe("cut");
    expect(rig.gateway.observe().certificateVersion).toBe("cut");
    expect(printOf(await shake(rig.tlsPort))).toBe(print(one));
  });

  it("10,000 certificates come in without stopping the traffic, and the last is found too", async () => {
    const rig = await startTlsRig();
    await rig.serve(route({ upstreams: [await httpUpstream("u", text("ok"))] }));
    const one = await certificate("0", [host]);
    const many = Array.from({ length: 10_000 }, (_, i) => ({
      ...one,
      id: `c${i}`,
      names: [i === 9999 ? "last.example" : `h${i}.example`],
    }));
    let answered = 0;
    let isDone = false;
    await rig.certify(one);
    const asking = (async () => {
      while (!isDone) {
        expect((await askTls(rig.tlsPort)).body).toBe("ok");
        answered += 1;
      }
    })();
    await rig.certify(one, ...many);
    isDone = true;
    await asking;
    expect(answered).toBeGreaterThan(20);
    expect(printOf(await shake(rig.tlsPort, { servername: "last.example" }))).toBe(print(one));
    expect((await askTls(rig.tlsPort)).body).toBe("ok");
  }, 60_000);
});

describe("P7 P5 certificates on disk", () => {
  const start = async (dir: string) => {
    const gateway = new EmbeddedGateway(await settingsIn(dir, { httpsPort: 0 }));
    await gateway.start();
    afterTest(() => gateway.close(0));
    return gateway;
  };

  it("are private, and served again after a start without the control plane", async () => {
    const dir = await tempDir();
    const one = await certificate("one");
    const first = await start(dir);
    await first.https.applyCertificates(setLines("kept", [one]));
    await first.close(0);
    expect(statSync(join(dir, "certificates.jsonl")).mode & 0o777).toBe(0o600);
    const second = await start(dir);
    expect(second.observe().certificateVersion).toBe("kept");
    expect(printOf(await shake(second.observe().httpsPort as number))).toBe(print(one));
  });

  it.each([
    ["cut in half", (whole: string) => whole.slice(0, whole.length / 2)],
    ["without its last line", (whole: string) => `${whole.trimEnd().split("\n").slice(0, -1).join("\n")}\n`],
    ["with another key", (whole: string) => whole.replace(/BEGIN PRIVATE KEY-----\\n..../, "BEGIN PRIVATE KEY-----\\nAAAA")],
    ["empty", () => ""],
  ])("%s: the gateway starts without, and its version says so", async (_name, damage) => {
    const dir = await tempDir();
    const first = await start(dir);
    await first.https.applyCertificates(setLines("kept", [await certificate("one"), await certificate("two", ["b.example"])]));
    await first.close(0);
    const path = join(dir, "certificates.jsonl");
    writeFileSync(path, damage(readFileSync(path, "utf8")));
    const second = await start(dir);
    expect(second.observe()).toMatchObject({ certificateVersion: "", httpsError: null });
    expect(await refusalOf(second.observe().httpsPort as number, { servername: host })).toMatch(/UNRECOGNIZED_NAME/);
  });
});

describe("P7 the port of HTTPS", () => {
  it("taken, and asked for: the start fails with a sentence; not asked for: it goes on without, says why, and opens it later", async () => {
    const stranger = await rawUpstream("stranger", () => {});
    const port = stranger.address.kind === "tcp" ? stranger.address.port : 0;
    await expect(startRig({ httpsPort: port, isHttpsNeeded: true })).rejects.toMatchObject({
      message: expect.stringMatching(/Port \d+ is taken/),
    });
    const rig = await startRig({ httpsPort: port, isHttpsNeeded: false });
    expect(rig.gateway.observe()).toMatchObject({ httpsPort: null, httpsError: expect.stringContaining(String(port)) });
    await new Promise((resolve) => stranger.server.close(resolve));
    await expect.poll(() => rig.gateway.observe(), { timeout: 10_000 }).toMatchObject({ httpsPort: port, httpsError: null });
  }, 20_000);
});
