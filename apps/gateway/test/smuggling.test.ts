import { describe, expect, it } from "vitest";
import { host, httpUpstream, openRaw, rawRequest, rawUpstream, readToEnd, route, startRig } from "./rig.ts";

const h = `Host: ${host}\r\n`;

/** Requests whose end a lenient server might see elsewhere than a strict one. */
const ambiguous: [string, string][] = [
  ["both Content-Length and Transfer-Encoding", `POST / HTTP/1.1\r\n${h}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
  ["Transfer-Encoding before Content-Length", `POST / HTTP/1.1\r\n${h}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n`],
  ["two Content-Lengths", `POST / HTTP/1.1\r\n${h}Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde`],
  ["a list as Content-Length", `POST / HTTP/1.1\r\n${h}Content-Length: 4, 4\r\n\r\nabcd`],
  ["a signed Content-Length", `POST / HTTP/1.1\r\n${h}Content-Length: +4\r\n\r\nabcd`],
  ["a negative Content-Length", `POST / HTTP/1.1\r\n${h}Content-Length: -1\r\n\r\nabcd`],
  ["a hexadecimal Content-Length", `POST / HTTP/1.1\r\n${h}Content-Length: 0x4\r\n\r\nabcd`],
  ["an empty Content-Length", `POST / HTTP/1.1\r\n${h}Content-Length: \r\n\r\n`],
  ["an endless Content-Length", `POST / HTTP/1.1\r\n${h}Content-Length: 99999999999999999999999\r\n\r\nabcd`],
  ["space before the colon", `POST / HTTP/1.1\r\n${h}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n`],
  ["chunked that is not last", `POST / HTTP/1.1\r\n${h}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`],
  ["an unknown coding", `POST / HTTP/1.1\r\n${h}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`],
  ["a folded header", `POST / HTTP/1.1\r\n${h}X: a\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
  ["a bare line feed in the head", `POST / HTTP/1.1\n${h}Content-Length: 4\r\n\r\nabcd`],
  ["a chunk size with a sign", `POST / HTTP/1.1\r\n${h}Transfer-Encoding: chunked\r\n\r\n+1\r\na\r\n0\r\n\r\n`],
  ["a chunk size of hex prefix", `POST / HTTP/1.1\r\n${h}Transfer-Encoding: chunked\r\n\r\n0x1\r\na\r\n0\r\n\r\n`],
  ["a chunk longer than its size", `POST / HTTP/1.1\r\n${h}Transfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n`],
  ["a chunk line ended by a bare line feed", `POST / HTTP/1.1\r\n${h}Transfer-Encoding: chunked\r\n\r\n1\na\r\n0\r\n\r\n`],
  ["no Host", "GET / HTTP/1.1\r\n\r\n"],
  ["an empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n"],
  ["two Hosts", `GET / HTTP/1.1\r\n${h}Host: other.localhost\r\n\r\n`],
  ["two equal Hosts", `GET / HTTP/1.1\r\n${h}${h}\r\n`],
  ["a Host with a path", "GET / HTTP/1.1\r\nHost: a.localhost/x\r\n\r\n"],
  ["a target without a slash", `GET foo HTTP/1.1\r\n${h}\r\n`],
  ["a target with a space", `GET /a b HTTP/1.1\r\n${h}\r\n`],
  ["a target with credentials", `GET http://u:p@${host}/ HTTP/1.1\r\n${h}\r\n`],
  ["HTTP/3.0", `GET / HTTP/3.0\r\n${h}\r\n`],
  ["a made-up method", `GE\u00b5 / HTTP/1.1\r\n${h}\r\n`],
];

describe("P7 request smuggling", () => {
  it.each(ambiguous)("%s: refused, the connection closed, nothing smuggled", async (_name, bytes) => {
    const rig = await startRig();
    const paths: string[] = [];
    const upstream = await httpUpstream("u", (request, response) => {
      paths.push(request.url ?? "");
      request.resume().on("end", () => response.end("reached"));
    });
    await rig.serve(route({ upstreams: [upstream] }));
    const answer = await rawRequest(rig.port, `${bytes}GET /smuggled HTTP/1.1\r\n${h}\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1);
    expect(paths).not.toContain("/smuggled");
  });

  it("what follows a body of known length is a request of its own, not part of the first", async () => {
    const rig = await startRig();
    const seen: string[] = [];
    const upstream = await httpUpstream("u", (request, response) => {
      let body = "";
      request.on("data", (chunk) => {
        body += chunk;
      });
      request.on("end", () => {
        seen.push(`${request.url} ${body}`);
        response.end();
      });
    });
    await rig.serve(route({ upstreams: [upstream] }));
    await rawRequest(rig.port, `POST /a HTTP/1.1\r\n${h}Content-Length: 3\r\n\r\nxyzGET /b HTTP/1.1\r\n${h}Connection: close\r\n\r\n`);
    expect(seen.sort()).toEqual(["/a xyz", "/b "]);
  });

  it("CONNECT is refused", async () => {
    const rig = await startRig();
    expect(await rawRequest(rig.port, `CONNECT ${host}:22 HTTP/1.1\r\n${h}\r\n`)).toMatch(/^HTTP\/1\.1 405 /);
  });

  it("a head that is too long is refused", async () => {
    const rig = await startRig();
    expect(await rawRequest(rig.port, `GET / HTTP/1.1\r\n${h}X: ${"a".repeat(40_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 /);
  });

  it("headers in great number are all passed on, none dropped in silence", async () => {
    const rig = await startRig();
    let received = "";
    const upstream = await rawUpstream("u", (socket) => {
      socket.on("data", (chunk) => {
        received += chunk.toString("latin1");
        if (received.endsWith("\r\n\r\n")) socket.end("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
      });
    });
    await rig.serve(route({ upstreams: [upstream] }));
    const many = Array.from({ length: 2100 }, (_, i) => `x${i}:1\r\n`).join("");
    await rawRequest(rig.port, `GET / HTTP/1.1\r\n${h}${many}x-last: 1\r\nConnection: close\r\n\r\n`);
    expect(received.match(/^x\d+: ?1\r$/gm)).toHaveLength(2100);
    expect(received).toContain("x-last: 1\r\n");
  });

  it("an upstream's second, unasked answer is not given to the next request", async () => {
    const rig = await startRig();
    let count = 0;
    const upstream = await rawUpstream("u", (socket) => {
      socket.on("data", () => {
        count += 1;
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n${count}HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\npoisoned`);
      });
    });
    await rig.serve(route({ upstreams: [upstream] }));
    const socket = await openRaw(rig.port);
    const whole = readToEnd(socket);
    socket.write(`GET /1 HTTP/1.1\r\n${h}\r\nGET /2 HTTP/1.1\r\n${h}Connection: close\r\n\r\n`);
    expect(await whole).not.toContain("poisoned");
  });
});
