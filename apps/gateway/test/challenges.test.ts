import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { BlockList } from "node:net";
import { testCertificate } from "@agentpod/host/test-certificate";
import { describe, expect, it } from "vitest";
import { ask } from "./ask.ts";
import { host, httpUpstream, route, text } from "./rig.ts";
import { askH2, askTls, certificate, openH2, refusalOf, shake, startTlsRig } from "./tls-rig.ts";

const path = "/.well-known/acme-challenge/token";

describe("P7 HTTP-01 challenges", () => {
  it("are answered on HTTP and HTTPS before routes and redirects; other paths and hosts are not theirs", async () => {
    const rig = await startTlsRig();
    await rig.serve(route({ upstreams: [await httpUpstream("u", text("pod"))], policies: policies("redirect") }));
    await rig.certify(await certificate("one"));
    rig.gateway.https.challenges.set([{ kind: "http", host, path, body: "token.proof" }]);
    const plain = await ask(rig.port, { path });
    expect(plain).toMatchObject({ status: 200, body: "token.proof" });
    expect(plain.headers["content-type"]).toBe("text/plain");
    expect((await ask(rig.port, { path: `${path}?x`, headers: { host: `${host.toUpperCase()}.:80` } })).body).toBe("token.proof");
    expect((await askTls(rig.tlsPort, { path })).body).toBe("token.proof");
    expect((await askH2(await openH2(rig.tlsPort), { ":path": path })).body).toBe("token.proof");
    expect((await ask(rig.port, { path: `${path}2` })).status).toBe(308);
    expect((await ask(rig.port, { path, headers: { host: "other.localhost" } })).status).toBe(404);
    expect((await ask(rig.port, { path, method: "POST" })).status).toBe(308);
    expect((await ask(rig.port, { path, method: "HEAD" })).status).toBe(200);
    rig.gateway.https.challenges.set([]);
    expect((await ask(rig.port, { path })).status).toBe(308);
  });

  it("are answered to a trusted proxy too", async () => {
    const trustedProxies = new BlockList();
    trustedProxies.addSubnet("127.0.0.0", 8, "ipv4");
    const rig = await startTlsRig({ trustedProxies });
    rig.gateway.https.challenges.set([{ kind: "http", host, path, body: "token.proof" }]);
    expect((await ask(rig.port, { path, headers: { "x-forwarded-proto": "https" } })).body).toBe("token.proof");
  });

  it("what is none is refused by its place, and the others stay", async () => {
    const rig = await startTlsRig();
    rig.gateway.https.challenges.set([{ kind: "http", host, path, body: "token.proof" }]);
    const [one, two] = await Promise.all([testCertificate([host]), testCertificate([host])]);
    for (const wrong of [
      null,
      { kind: "http", host: "*.localhost", path, body: "" },
      { kind: "http", host, path: "x", body: "" },
      { kind: "tls-alpn", host, chain: one.chain, key: two.key },
      { kind: "dns", host },
    ])
      expect(() => rig.gateway.https.challenges.set([wrong]), JSON.stringify(wrong)).toThrow(/place 0|do not fit/);
    expect((await ask(rig.port, { path })).body).toBe("token.proof");
  });
});

describe("P7 TLS-ALPN-01 challenges", () => {
  it("get their certificate in a handshake that offers acme-tls/1 alone, which is all; nobody else gets it", async () => {
    const rig = await startTlsRig();
    const [served, proof] = await Promise.all([certificate("one"), testCertificate([host], "rsa")]);
    await rig.certify(served);
    const fresh = "fresh.example.com";
    const challenge = await testCertificate([fresh]);
    rig.gateway.https.challenges.set([
      { kind: "tls-alpn", host, ...proof },
      { kind: "tls-alpn", host: fresh, ...challenge },
    ]);
    const print = ({ chain }: { chain: string }) => new X509Certificate(chain).fingerprint256;
    const prove = async (servername: string) => {
      const socket = await shake(rig.tlsPort, { servername, ALPNProtocols: ["acme-tls/1"] });
      expect(socket.alpnProtocol).toBe("acme-tls/1");
      const { fingerprint256 } = socket.getPeerCertificate();
      socket.resume();
      await once(socket, "close");
      return fingerprint256;
    };
    expect(await prove(host)).toBe(print(proof));
    expect(await prove(fresh)).toBe(print(challenge));
    const usual = await shake(rig.tlsPort, { servername: host, ALPNProtocols: ["http/1.1"] });
    expect(usual.getPeerCertificate().fingerprint256).toBe(print(served));
    const both = await shake(rig.tlsPort, { servername: host, ALPNProtocols: ["acme-tls/1", "h2"] });
    expect([both.alpnProtocol, both.getPeerCertificate().fingerprint256]).toEqual(["h2", print(served)]);
    expect(await refusalOf(rig.tlsPort, { servername: fresh, ALPNProtocols: ["h2"] })).toMatch(/UNRECOGNIZED_NAME/);
    rig.gateway.https.challenges.set([]);
    expect(await refusalOf(rig.tlsPort, { servername: host, ALPNProtocols: ["acme-tls/1"] })).toMatch(/NO_APPLICATION_PROTOCOL/);
  });

  it("while there are challenges a ClientHello in small pieces and garbage are told apart", async () => {
    const rig = await startTlsRig();
    await rig.certify(await certificate("one"));
    rig.gateway.https.challenges.set([{ kind: "tls-alpn", host: "a.example", ...(await testCertificate(["a.example"])) }]);
    const { connect, Socket } = await import("node:net");
    const raw = connect(rig.tlsPort, "127.0.0.1");
    await once(raw, "connect");
    const write = Socket.prototype.write;
    let isFirst = true;
    raw.write = function (this: typeof raw, chunk: Buffer, ...rest: never[]) {
      if (!isFirst || !Buffer.isBuffer(chunk)) return write.call(this, chunk, ...rest);
      isFirst = false;
      for (const byte of chunk.subarray(0, -1)) write.call(this, Buffer.of(byte));
      return write.call(this, chunk.subarray(-1), ...rest);
    } as typeof raw.write;
    const socket = await shake(rig.tlsPort, { socket: raw, servername: host, port: undefined as never });
    expect(socket.authorizationError).toBeTruthy();
    const garbage = connect(rig.tlsPort, "127.0.0.1");
    garbage.on("error", () => {});
    garbage.resume();
    garbage.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    await once(garbage, "close");
  });
});

function policies(https: "auto" | "redirect" | "both") {
  return { https, compress: false, retries: 0, idleTimeoutSeconds: 0 };
}
