import { once } from "node:events";
import { connect } from "node:net";
import type { TLSSocket } from "node:tls";
import { describe, expect, it } from "vitest";
import { afterTest, host, httpUpstream, rawUpstream, readToEnd, readUntil, route, text } from "./rig.ts";
import { askTls, certificate, shake, startTlsRig } from "./tls-rig.ts";

async function start() {
  const rig = await startTlsRig();
  await rig.certify(await certificate("one", [host, "also.localhost"]), await certificate("foreign", ["foreign.example"]));
  await rig.serve(route({ hosts: [host, "also.localhost", "foreign.example"], upstreams: [await httpUpstream("u", text("pod"))] }));
  return rig;
}

async function open(port: number) {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  afterTest(() => socket.destroy());
  await once(socket, "connect");
  return socket;
}

/** What the gateway answers to bytes sent over TLS, until it closes. */
async function said(port: number, bytes: string, servername = host): Promise<string> {
  const socket: TLSSocket = await shake(port, { servername });
  socket.write(bytes, "latin1");
  return readToEnd(socket);
}

describe("P7 hostile clients of HTTPS", () => {
  it.each([
    ["plain HTTP", `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`],
    ["a broken record", Buffer.from("1603010005ffffffffff", "hex")],
    ["an endless record", Buffer.concat([Buffer.from("1603014000", "hex"), Buffer.alloc(20_000)])],
    ["SSL 2", Buffer.from("802e0100020015000000100100800200800300800400800500800600400700c0", "hex")],
    ["nothing at all, half closed", null],
  ])("%s instead of a handshake ends that connection alone", async (_name, bytes) => {
    const rig = await start();
    const socket = await open(rig.tlsPort);
    socket.resume();
    if (bytes === null) socket.end();
    else socket.write(bytes);
    await once(socket, "close");
    expect((await askTls(rig.tlsPort)).body).toBe("pod");
  });

  it("a handshake that never ends is ended, and so is a head that never ends", async () => {
    const rig = await start();
    const silent = await open(rig.tlsPort);
    silent.resume();
    const slow = await shake(rig.tlsPort);
    slow.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nX-Slow: `);
    const drip = setInterval(() => slow.write("a"), 500);
    afterTest(() => clearInterval(drip));
    const answer = readToEnd(slow);
    await once(silent, "close");
    expect(await answer).toMatch(/^HTTP\/1\.1 408 /);
  }, 60_000);

  it("100 kB of headers get 431", async () => {
    const rig = await start();
    expect(await said(rig.tlsPort, `GET / HTTP/1.1\r\nHost: ${host}\r\nX: ${"a".repeat(100_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 /);
  });

  it.each([
    ["another certificate's host", "GET / HTTP/1.1\r\nHost: foreign.example\r\n", 421],
    ["another name of the certificate", "GET / HTTP/1.1\r\nHost: also.localhost\r\n", 200],
    ["upper case, dot and port", `GET / HTTP/1.1\r\nHost: ${host.toUpperCase()}.:443\r\n`, 200],
    ["an absolute target elsewhere", `GET http://foreign.example/ HTTP/1.1\r\nHost: ${host}\r\n`, 421],
    ["an absolute target here", `GET https://${host}/ HTTP/1.1\r\nHost: foreign.example\r\n`, 200],
    ["no host", "GET / HTTP/1.1\r\n", 400],
    ["two hosts", `GET / HTTP/1.1\r\nHost: ${host}\r\nHost: ${host}\r\n`, 400],
    ["a host with a path", `GET / HTTP/1.1\r\nHost: ${host}/x\r\n`, 400],
    ["a WebSocket for another certificate's host", "GET / HTTP/1.1\r\nHost: foreign.example\r\nUpgrade: websocket\r\n", 421],
  ])("%s", async (_name, head, status) => {
    const rig = await start();
    const connection = head.includes("Upgrade") ? "Upgrade" : "close";
    expect(await said(rig.tlsPort, `${head}Connection: ${connection}\r\n\r\n`)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  });

  it("a client that names no host in its handshake is served what the default certificate got it", async () => {
    const rig = await startTlsRig();
    await rig.certify(await certificate("local", ["machine.local"], { isPublic: false }));
    await rig.serve(route({ upstreams: [await httpUpstream("u", text("pod"))] }));
    const socket = await shake(rig.tlsPort, {});
    socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    expect(await readUntil(socket, "pod")).toMatch(/^HTTP\/1\.1 200 /);
  });

  it("an upstream that dies mid-body cuts the connection: nobody takes the answer for whole", async () => {
    const rig = await startTlsRig();
    await rig.certify(await certificate("one"));
    const dying = await rawUpstream("u", (socket) => {
      socket.once("data", () => {
        socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n");
        setImmediate(() => socket.destroy());
      });
    });
    await rig.serve(route({ upstreams: [dying] }));
    await expect(askTls(rig.tlsPort)).rejects.toMatchObject({ code: "ECONNRESET" });
    const old = await shake(rig.tlsPort);
    old.removeAllListeners("error");
    const failed = once(old, "error");
    old.resume();
    old.write(`GET / HTTP/1.0\r\nHost: ${host}\r\n\r\n`);
    expect((await failed)[0]).toMatchObject({ code: "ECONNRESET" });
  });
});
