import { describe, expect, it } from "vitest";
import { asks, openRawH2 } from "./raw-h2.ts";
import { host, rawUpstream, route } from "./rig.ts";
import { askH2, certificate, openH2, startTlsRig } from "./tls-rig.ts";

/** What reaches the upstream, byte by byte. */
async function start() {
  const rig = await startTlsRig();
  await rig.certify(await certificate("one"));
  let received = "";
  const upstream = await rawUpstream("u", (socket) => {
    socket.on("data", (chunk) => {
      received += chunk.toString("latin1");
      if (/\r\n\r\n$/.test(received)) socket.end("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
    });
  });
  await rig.serve(route({ upstreams: [upstream] }));
  return { rig, received: () => received };
}

const smuggled = `GET /smuggled HTTP/1.1\r\nHost: ${host}\r\n\r\n`;

describe("P7 request smuggling from HTTP/2 down to HTTP/1.1", () => {
  it.each<[string, [string, string][]]>([
    ["transfer-encoding", [["transfer-encoding", "chunked"]]],
    ["connection", [["connection", "close"]]],
    ["keep-alive", [["keep-alive", "timeout=1"]]],
    ["proxy-connection", [["proxy-connection", "keep-alive"]]],
    ["upgrade", [["upgrade", "h2c"]]],
    ["te other than trailers", [["te", "gzip"]]],
    ["an upper-case name", [["X-Upper", "1"]]],
    [
      "a pseudo header after others",
      [
        ["x-a", "b"],
        [":path", "/other"],
      ],
    ],
    ["a second :path", [[":path", "/other"]]],
    ["an unknown pseudo header", [[":secret", "1"]]],
    [
      "two lengths",
      [
        ["content-length", "0"],
        ["content-length", "5"],
      ],
    ],
    ["a length that is no number", [["content-length", "+5"]]],
  ])("%s: the stream is reset, nothing reaches the upstream", async (_name, more) => {
    const { rig, received } = await start();
    const client = await openRawH2(rig.tlsPort);
    client.headers(1, [...asks("GET"), ...more], true);
    expect(await client.endOf(1)).toMatch(/^(reset|connection)$/);
    expect(received()).toBe("");
  });

  it.each<[string, [string, string][]]>([
    ["a line end in a value", [["x-a", `dropped\r\n${smuggled}`]]],
    ["a bare line feed in a value", [["x-a", "dropped\nTransfer-Encoding: chunked"]]],
    ["a bare carriage return in a value", [["x-a", "dropped\rc"]]],
    ["a zero byte in a value", [["x-a", "dropped\0c"]]],
    ["a line end in a name", [["x-a\r\ntransfer-encoding", "chunked"]]],
    ["a colon in a name", [["x-a: dropped", "c"]]],
    ["a space in a name", [["x a", "dropped"]]],
    ["an empty name", [["", "dropped"]]],
  ])("%s: the field is dropped", async (_name, fields) => {
    const { rig, received } = await start();
    const client = await openRawH2(rig.tlsPort);
    client.headers(1, [...asks("GET"), ...fields], true);
    expect(await client.endOf(1)).toBe(200);
    expect(received()).not.toMatch(/smuggled|x-a|x a|transfer-encoding|dropped/i);
  });

  it.each([
    ["a path with a line end", asks("GET", `/ HTTP/1.1\r\nHost: ${host}\r\n\r\n${smuggled}`)],
    ["a path with a space", asks("GET", "/a b")],
    ["a method with a line end", asks(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\nGET`)],
    ["an authority with a line end", asks("GET", "/", `${host}\r\nx-a: b`)],
    ["no path", asks("GET").filter(([name]) => name !== ":path")],
    ["no method", asks("GET").filter(([name]) => name !== ":method")],
    ["another Host", [...asks("GET"), ["host", "other.localhost"] as [string, string]]],
    ["no host at all", asks("GET").filter(([name]) => name !== ":authority")],
  ])("%s: refused, nothing reaches the upstream", async (_name, fields) => {
    const { rig, received } = await start();
    const client = await openRawH2(rig.tlsPort);
    client.headers(1, fields, true);
    expect(["reset", "connection", 400]).toContain(await client.endOf(1));
    expect(received()).toBe("");
  });

  it("a Host that says the same, and one instead of :authority, are served", async () => {
    const { rig, received } = await start();
    const client = await openRawH2(rig.tlsPort);
    client.headers(1, [...asks("GET", "/same"), ["host", host]], true);
    expect(await client.endOf(1)).toBe(200);
    client.headers(3, [...asks("GET", "/instead").filter(([name]) => name !== ":authority"), ["host", host]], true);
    expect(await client.endOf(3)).toBe(200);
    expect(received().match(/^host: /gim)).toHaveLength(2);
  });

  it.each([
    ["shorter", 5, "abc"],
    ["longer", 3, `abc${smuggled}`],
  ])("a body %s than its length is no request of its own", async (_name, length, body) => {
    const { rig, received } = await start();
    const client = await openRawH2(rig.tlsPort);
    client.headers(1, [...asks("POST"), ["content-length", String(length)]], false);
    client.data(1, body, true);
    expect(["reset", "connection", 502]).toContain(await client.endOf(1));
    expect(received()).not.toContain("smuggled");
  });
});

describe("P7 floods over HTTP/2", () => {
  it("100 kB of headers, in one field or many, are refused; the gateway serves others", async () => {
    const { rig, received } = await start();
    const client = await openRawH2(rig.tlsPort);
    const many = Array.from({ length: 14 }, (_, i): [string, string] => [`x-${i}`, "a".repeat(1000)]);
    client.headers(1, [...asks("GET"), ...many], false);
    expect(received()).not.toContain("x-13");
    for (const fields of [[["x-a", "a".repeat(16_000)] as const, ["x-b", "b".repeat(300)] as const]])
      client.headers(3, [...asks("GET"), ...fields], true);
    const session = await openH2(rig.tlsPort);
    const large = { "x-a": "a".repeat(50_000), "x-b": "b".repeat(50_000) };
    await expect(askH2(session, large)).rejects.toThrow();
    expect(received()).not.toContain("aaaabbbb");
    expect((await askH2(await openH2(rig.tlsPort))).status).toBe(200);
  });

  it("endless resets end the connection, and only that", async () => {
    const { rig } = await start();
    const client = await openRawH2(rig.tlsPort);
    for (let i = 0; i < 5000 && !client.isClosed; i++) {
      client.headers(1 + 2 * i, asks("GET"), true);
      client.reset(1 + 2 * i);
      if (i % 100 === 99) await new Promise((resolve) => setImmediate(resolve));
    }
    await client.closed();
    expect((await askH2(await openH2(rig.tlsPort))).status).toBe(200);
  });

  it("endless pings, settings and continuations end the connection, and only that", async () => {
    const { rig } = await start();
    const flood = async (one: (client: Awaited<ReturnType<typeof openRawH2>>) => void) => {
      const client = await openRawH2(rig.tlsPort);
      client.socket.pause();
      for (let i = 0; i < 40_000 && !client.socket.destroyed; i++) {
        one(client);
        if (i % 500 === 499) await new Promise((resolve) => setImmediate(resolve));
      }
      client.socket.resume();
      await client.closed();
    };
    await flood((client) => client.send(4, 0, 0, Buffer.alloc(0)));
    let isBegun = false;
    await flood((client) => {
      if (!isBegun) client.send(1, 0, 1, Buffer.alloc(0));
      isBegun = true;
      client.send(9, 0, 1, Buffer.concat([Buffer.of(0, 1, 120, 100), Buffer.alloc(100, "a")]));
    });
    expect((await askH2(await openH2(rig.tlsPort))).status).toBe(200);
  }, 30_000);
});
