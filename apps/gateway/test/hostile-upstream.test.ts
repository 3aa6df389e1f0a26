import { describe, expect, it } from "vitest";
import { ask } from "./ask.ts";
import { host, openRaw, rawRequest, rawUpstream, readUntil, route, startRig } from "./rig.ts";

const ok = "HTTP/1.1 200 OK\r\n";
const chunked = `${ok}Transfer-Encoding: chunked\r\n\r\n`;

/** Heads that two readers could take for different messages, or that are no HTTP. */
const badHeads: [string, string][] = [
  ["no HTTP", "SSH-2.0-OpenSSH_9.2\r\n\r\n"],
  ["HTTP/2.0", "HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n"],
  ["HTTP/1.2", "HTTP/1.2 200 OK\r\nContent-Length: 0\r\n\r\n"],
  ["a lower-case protocol", "http/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"],
  ["two digits as status", "HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n"],
  ["four digits as status", "HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n"],
  ["status 099", "HTTP/1.1 099 OK\r\nContent-Length: 0\r\n\r\n"],
  ["two spaces before the status", "HTTP/1.1  200 OK\r\nContent-Length: 0\r\n\r\n"],
  ["an empty line first", `\r\n${ok}Content-Length: 0\r\n\r\n`],
  ["a control character in the reason", "HTTP/1.1 200 O\x01K\r\nContent-Length: 0\r\n\r\n"],
  ["bare line feeds", "HTTP/1.1 200 OK\nContent-Length: 0\n\n"],
  ["a bare line feed between headers", `${ok}A: 1\nContent-Length: 5\r\n\r\n`],
  ["a bare line feed in a value", `${ok}A: 1\nB: 2\r\nContent-Length: 0\r\n\r\n`],
  ["a bare carriage return in a value", `${ok}A: 1\rB: 2\r\nContent-Length: 0\r\n\r\n`],
  ["NUL in a value", `${ok}A: \0\r\nContent-Length: 0\r\n\r\n`],
  ["NUL in a name", `${ok}A\0: 1\r\nContent-Length: 0\r\n\r\n`],
  ["a line without a colon", `${ok}A\r\nContent-Length: 0\r\n\r\n`],
  ["an empty name", `${ok}: 1\r\nContent-Length: 0\r\n\r\n`],
  ["space before the colon", `${ok}Content-Length : 0\r\n\r\n`],
  ["a folded header", `${ok}A: 1\r\n Content-Length: 5\r\n\r\n`],
  ["a folded first header", `${ok} A: 1\r\nContent-Length: 0\r\n\r\n`],
  ["bytes above 127 in a name", `${ok}\xe9: 1\r\nContent-Length: 0\r\n\r\n`],
  ["two Content-Lengths", `${ok}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`],
  ["two equal Content-Lengths", `${ok}Content-Length: 1\r\ncontent-length: 1\r\n\r\na`],
  ["a list as Content-Length", `${ok}Content-Length: 1, 1\r\n\r\na`],
  ["a signed Content-Length", `${ok}Content-Length: +1\r\n\r\na`],
  ["a negative Content-Length", `${ok}Content-Length: -1\r\n\r\na`],
  ["a hexadecimal Content-Length", `${ok}Content-Length: 0x1\r\n\r\na`],
  ["a fraction as Content-Length", `${ok}Content-Length: 1.0\r\n\r\na`],
  ["an empty Content-Length", `${ok}Content-Length:\r\n\r\n`],
  ["an endless Content-Length", `${ok}Content-Length: 99999999999999999999\r\n\r\na`],
  ["Content-Length and Transfer-Encoding", `${ok}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
  ["Transfer-Encoding and Content-Length", `${ok}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n`],
  ["an unknown coding", `${ok}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`],
  ["a coding we would have to undo", `${ok}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`],
  ["chunked that is not last", `${ok}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`],
  ["chunked twice", `${ok}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
  ["chunked with a vertical tab", `${ok}Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n`],
  ["an empty Transfer-Encoding", `${ok}Transfer-Encoding:\r\n\r\n0\r\n\r\n`],
  ["chunks in HTTP/1.0", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"],
  ["an interim answer with a body", `HTTP/1.1 103 Early Hints\r\nContent-Length: 3\r\n\r\nabc${ok}Content-Length: 0\r\n\r\n`],
  ["an upgrade nobody asked for", "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n"],
  ["a head without end", `${ok}A: ${"a".repeat(70_000)}`],
];

/** Chunked bodies that end otherwise than the chunks say. */
const badChunks: [string, string][] = [
  ["no size", "\r\nab\r\n0\r\n\r\n"],
  ["a signed size", "+2\r\nab\r\n0\r\n\r\n"],
  ["a prefix", "0x2\r\nab\r\n0\r\n\r\n"],
  ["space after the size", "2 \r\nab\r\n0\r\n\r\n"],
  ["space before the size", " 2\r\nab\r\n0\r\n\r\n"],
  ["an endless size", "fffffffffffffffff\r\nab\r\n0\r\n\r\n"],
  ["a bare line feed after the size", "2\nab\r\n0\r\n\r\n"],
  ["a bare line feed in an extension", "2;a\nab\r\n0\r\n\r\n"],
  ["a bare carriage return in an extension", "2;a\rb\r\nab\r\n0\r\n\r\n"],
  ["an endless extension", `2;${"a".repeat(2000)}\r\nab\r\n0\r\n\r\n`],
  ["a chunk longer than its size", "2\r\nabc\r\n0\r\n\r\n"],
  ["a chunk shorter than its size", "3\r\nab\r\n0\r\n\r\n"],
  ["a bare line feed after a chunk", "2\r\nab\n0\r\n\r\n"],
  ["a trailer without a colon", "2\r\nab\r\n0\r\nx\r\n\r\n"],
  ["a folded trailer", "2\r\nab\r\n0\r\nx: 1\r\n y\r\n\r\n"],
  ["a bare line feed after a trailer", "2\r\nab\r\n0\r\nx: 1\n\r\n\r\n"],
  ["a length as trailer", "2\r\nab\r\n0\r\nContent-Length: 3\r\n\r\n"],
  ["endless trailers", `2\r\nab\r\n0\r\n${`x: ${"y".repeat(900)}\r\n`.repeat(30)}\r\n`],
];

async function answering(bytes: string) {
  const rig = await startRig();
  let connections = 0;
  const upstream = await rawUpstream("u", (socket) => {
    connections += 1;
    socket.on("data", () => socket.write(bytes, "latin1"));
  });
  await rig.serve(route({ upstreams: [upstream] }));
  return { rig, connections: () => connections };
}

describe("P7 hostile upstreams", () => {
  it.each(badHeads)("an answer with %s is a 502, and its connection is not used again", async (_name, bytes) => {
    const { rig, connections } = await answering(bytes);
    expect((await ask(rig.port)).status).toBe(502);
    expect((await ask(rig.port)).status).toBe(502);
    expect(connections()).toBe(2);
  });

  it.each(badChunks)("a chunked body with %s never looks whole", async (_name, chunks) => {
    const { rig } = await answering(chunked + chunks);
    const outcome = await ask(rig.port).then(
      ({ status }) => status,
      () => "cut",
    );
    expect(["cut", 502]).toContain(outcome);
    expect(rig.gateway.observe().load.u?.requests).toBe(0);
  });

  it.each([
    ["after a body of known length", `${ok}Content-Length: 2\r\n\r\nok`, "ok"],
    ["after chunks", `${chunked}2;extension="x"\r\nok\r\n0\r\n\r\n`, "ok"],
    ["after no body", "HTTP/1.1 204 No Content\r\n\r\n", ""],
    ["after a body that a 204 may not have", "HTTP/1.1 204 No Content\r\nContent-Length: 3\r\n\r\n", ""],
    ["after a 304", "HTTP/1.1 304 Not Modified\r\nContent-Length: 3\r\n\r\n", ""],
  ])("bytes that come along %s belong to nobody", async (_name, bytes, body) => {
    const { rig, connections } = await answering(`${bytes}${ok}Content-Length: 8\r\n\r\npoisoned`);
    expect((await ask(rig.port)).body).toBe(body);
    expect((await ask(rig.port)).body).toBe(body);
    expect(connections()).toBe(2);
  });

  it("an answer that comes unasked ends its connection, the next request gets another", async () => {
    const rig = await startRig();
    const closed = Promise.withResolvers<void>();
    const upstream = await rawUpstream("u", (socket) => {
      socket.on("close", () => closed.resolve());
      socket.on("data", () => {
        socket.write(`${ok}Content-Length: 2\r\n\r\nok`);
        // Once the gateway has taken the first answer, the second is nobody's.
        void done.promise.then(() => socket.write(`${ok}Content-Length: 8\r\n\r\npoisoned`));
      });
    });
    const done = Promise.withResolvers<void>();
    await rig.serve(route({ upstreams: [upstream] }));
    expect((await ask(rig.port)).body).toBe("ok");
    done.resolve();
    await closed.promise;
    expect((await ask(rig.port)).body).toBe("ok");
  });

  it.each([1, 2, 3, 7])("an answer that comes %i bytes at a time reads as when it comes at once", async (size) => {
    const rig = await startRig();
    const whole = `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${ok}Trailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1;x=y\r\n!\r\n000\r\nX-Sum: 6\r\n\r\n`;
    const upstream = await rawUpstream("u", (socket) => {
      socket.setNoDelay(true);
      socket.once("data", () => {
        let at = 0;
        const more = (): void => {
          if (at >= whole.length) return;
          const part = whole.slice(at, at + size);
          at += size;
          socket.write(part, () => setImmediate(more));
        };
        more();
      });
    });
    await rig.serve(route({ upstreams: [upstream] }));
    const answer = await ask(rig.port);
    expect(answer).toMatchObject({ status: 200, body: "hello!", trailers: { "x-sum": "6" } });
  });

  it("an answer without a length ends with its connection and takes no other request", async () => {
    const rig = await startRig();
    let connections = 0;
    const upstream = await rawUpstream("u", (socket) => {
      connections += 1;
      socket.once("data", () => socket.end(`${ok}\r\nuntil the end`));
    });
    await rig.serve(route({ upstreams: [upstream] }));
    expect((await ask(rig.port)).body).toBe("until the end");
    expect((await ask(rig.port)).body).toBe("until the end");
    expect(connections).toBe(2);
  });

  it("a connection is used again when an answer ended where it should, and not after Connection: close", async () => {
    const kept = await answering(`${ok}Content-Length: 2\r\n\r\nok`);
    for (let i = 0; i < 3; i++) expect((await ask(kept.rig.port)).body).toBe("ok");
    expect(kept.connections()).toBe(1);
    for (const head of ["Connection: Close", "Connection: x, close", "Keep-Alive: timeout=1"]) {
      const closed = await answering(`${ok}${head}\r\nContent-Length: 2\r\n\r\nok`);
      for (let i = 0; i < 3; i++) expect((await ask(closed.rig.port)).body, head).toBe("ok");
      expect(closed.connections(), head).toBe(3);
    }
  });

  it("a request whose body was not taken whole leaves a connection that nobody uses again", async () => {
    const rig = await startRig();
    const firstLines: string[] = [];
    const upstream = await rawUpstream("u", (socket) => {
      socket.once("data", (chunk) => {
        firstLines.push(chunk.toString("latin1").split("\r\n", 1)[0] ?? "");
        socket.write(`${ok}Content-Length: 2\r\n\r\nok`);
      });
    });
    await rig.serve(route({ upstreams: [upstream] }));
    const socket = await openRaw(rig.port);
    socket.write(`POST /early HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 40\r\n\r\n`);
    await readUntil(socket, "ok");
    expect((await ask(rig.port, { path: "/next" })).body).toBe("ok");
    expect(firstLines).toEqual(["POST /early HTTP/1.1", "GET /next HTTP/1.1"]);
  });

  it("a body of any size comes through as it is, to fast and slow clients, one after the other on the same connections", async () => {
    const rig = await startRig();
    const body = Buffer.alloc(3_000_000);
    for (let i = 0; i < body.length; i++) body[i] = (i * 7 + (i >> 8)) & 0xff;
    const upstream = await rawUpstream("u", (socket) => {
      socket.on("data", (chunk) => {
        const [, kind = "", size = "0"] = /GET \/(\w+)\/(\d+) /.exec(chunk.toString("latin1")) ?? [];
        const part = body.subarray(0, Number(size));
        if (kind === "length") socket.write(Buffer.concat([Buffer.from(`${ok}Content-Length: ${part.length}\r\n\r\n`), part]));
        else socket.write(Buffer.concat([Buffer.from(`${chunked}${part.length.toString(16)}\r\n`), part, Buffer.from("\r\n0\r\n\r\n")]));
      });
    });
    await rig.serve(route({ upstreams: [upstream] }));
    const read = async (path: string, isSlow: boolean): Promise<string> => {
      const socket = await openRaw(rig.port);
      const parts: Buffer[] = [];
      socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
      for await (const part of socket) {
        parts.push(part);
        // Others go on meanwhile: what waits for this client must not be overwritten by theirs.
        if (isSlow && parts.length % 4 === 0) await ask(rig.port, { path: "/length/20000" });
      }
      return Buffer.concat(parts).toString("latin1");
    };
    for (const size of [1, 16_000, 16_384, 20_000, 131_072, 400_000, 3_000_000]) {
      const expected = body.toString("latin1", 0, size);
      const [length, alsoLength, inChunks] = await Promise.all([
        read(`/length/${size}`, false),
        read(`/length/${size}`, true),
        read(`/chunked/${size}`, true),
      ]);
      expect(length.split("\r\n\r\n").slice(1).join("\r\n\r\n") === expected, `length ${size}`).toBe(true);
      expect(alsoLength.split("\r\n\r\n").slice(1).join("\r\n\r\n") === expected, `slow length ${size}`).toBe(true);
      expect(unchunked(inChunks) === expected, `chunked ${size}`).toBe(true);
    }
  }, 30_000);

  it("an upgrade that a hostile upstream answers in two ways is refused too", async () => {
    const { rig } = await answering(`${ok}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`);
    const asked = `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`;
    expect(await rawRequest(rig.port, asked)).toMatch(/^HTTP\/1\.1 502 /);
  });
});

function unchunked(answer: string): string {
  let rest = answer.slice(answer.indexOf("\r\n\r\n") + 4);
  let body = "";
  for (;;) {
    const end = rest.indexOf("\r\n");
    const size = Number.parseInt(rest.slice(0, end), 16);
    if (!(size > 0)) return body;
    body += rest.slice(end + 2, end + 2 + size);
    rest = rest.slice(end + 2 + size + 2);
  }
}
