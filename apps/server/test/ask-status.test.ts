import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { askStatus, readStatus } from "../src/reconciler/ask-status.ts";

describe("A6 the answer to a probe", () => {
  for (const [head, status] of [
    ["HTTP/1.1 200 OK\r\n", 200],
    ["HTTP/1.0 503 Service Unavailable\r\nx: y\r\n\r\nbody", 503],
    ["HTTP/1.1 204\r\n\r\n", 204],
    ["HTTP/1.1 404 Not Found\nx: y\n\n", 404],
    ["HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 200 OK\r\n", 200],
    ["HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 500 No\r\n", 500],
    ["HTTP/1.1 101 Switching Protocols\r\n\r\n", 101],
    ["", null],
    ["HT", null],
    ["HTTP/1.1 20", null],
    ["HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n", null],
    ["HTTP/1.1 100 Continue\r\n\r\nHTTP/1.", null],
  ] as const)
    it(`${JSON.stringify(head)} is ${status ?? "not all of it"}`, () => expect(readStatus(head)).toBe(status));

  for (const head of ["SSH-2.0-OpenSSH_9.2\r\n", "+OK", "HTTP/2 200\r\n", "HTTP/1.1 2000 OK\r\n", "HTTP/1.1 999 x\r\n", "\r\n"])
    it(`${JSON.stringify(head)} is no HTTP`, () => expect(() => readStatus(head)).toThrow("does not speak HTTP"));
});

describe("A6 a probe on a real connection", () => {
  const servers: Server[] = [];
  const peers: Socket[] = [];
  afterEach(async () => {
    for (const peer of peers.splice(0)) peer.destroy();
    await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
  });

  /** A connection to a server that does this with each of its own. */
  async function connected(serve: (socket: Socket) => void): Promise<Socket> {
    const server = createServer((socket) => {
      peers.push(socket.on("error", () => undefined));
      serve(socket);
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return connect((server.address() as AddressInfo).port, "127.0.0.1");
  }

  it("sends a whole request, and reads a status that comes byte by byte", async () => {
    let heard = "";
    const socket = await connected((peer) =>
      peer.on("data", async (chunk) => {
        heard += chunk;
        if (!heard.endsWith("\r\n\r\n")) return;
        for (const byte of "HTTP/1.1 418 I'm a teapot\r\ncontent-length: 0\r\n\r\n") await new Promise((sent) => peer.write(byte, sent));
      }),
    );
    expect(await askStatus(socket, "/healthz?deep=1")).toBe(418);
    socket.destroy();
    expect(heard.split("\r\n")).toEqual([
      "GET /healthz?deep=1 HTTP/1.1",
      "host: localhost",
      "user-agent: agentpod-probe",
      "connection: close",
      "",
      "",
    ]);
  });

  it("an end or a reset before the status is a failure", async () => {
    await expect(askStatus(await connected((peer) => peer.end("HTTP/1.1 2")), "/")).rejects.toThrow("closed without an answer");
    await expect(askStatus(await connected((peer) => peer.resetAndDestroy()), "/")).rejects.toThrow(/ECONNRESET|EPIPE|closed/);
  });

  it("headers without an end are a failure, not memory", async () => {
    const socket = await connected((peer) => peer.write(`HTTP/1.1 103 Early Hints\r\n${"x: y\r\n".repeat(20_000)}`));
    await expect(askStatus(socket, "/")).rejects.toThrow("no end of headers");
    socket.destroy();
  });

  it("a path cannot smuggle in a header or a second request", async () => {
    const socket = await connected(() => undefined);
    for (const path of ["/a b", "/\r\nx: y", "/\n", "/é", ""])
      await expect(askStatus(socket, path)).rejects.toThrow("characters that no request");
    socket.destroy();
  });
});
