import { request } from "node:http";
import { describe, expect, it } from "vitest";
import { ask } from "./ask.ts";
import {
  afterTest,
  deadUpstream,
  host,
  httpUpstream,
  openRaw,
  rawRequest,
  rawUpstream,
  readToEnd,
  readUntil,
  route,
  startRig,
  text,
} from "./rig.ts";

const get = `GET / HTTP/1.1\r\nHost: ${host}\r\n`;

describe("P7 streaming", () => {
  it("an event stream's headers and events come one by one", async () => {
    const rig = await startRig();
    const next: (() => void)[] = [];
    const upstream = await httpUpstream("u", (_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.flushHeaders();
      next.push(
        () => response.write("data: one\n\n"),
        () => response.write("data: two\n\n"),
        () => response.end(),
      );
    });
    await rig.serve(route({ upstreams: [upstream] }));
    const socket = await openRaw(rig.port);
    socket.write(`${get}\r\n`);
    // Each step is taken only once the one before it has come through.
    expect(await readUntil(socket, "\r\n\r\n")).toContain("text/event-stream");
    next.shift()?.();
    expect(await readUntil(socket, "data: one\n\n")).not.toContain("two");
    next.shift()?.();
    await readUntil(socket, "data: two\n\n");
    next.shift()?.();
    await readUntil(socket, "0\r\n\r\n");
    expect(rig.gateway.observe().load.u?.requests).toBe(0);
  });

  it("a request's body goes up while it comes in, and the answer may come before its end", async () => {
    const rig = await startRig();
    const upstream = await httpUpstream("u", (incoming, response) => {
      incoming.once("data", (chunk) => response.write(`got ${chunk}`));
      incoming.on("end", () => response.end("done"));
    });
    await rig.serve(route({ upstreams: [upstream] }));
    const socket = await openRaw(rig.port);
    socket.write(`POST / HTTP/1.1\r\nHost: ${host}\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n`);
    await readUntil(socket, "got abc");
    socket.write("0\r\n\r\n");
    await readUntil(socket, "done");
  });

  it("an answer before the body's end reaches the client, which keeps its connection", async () => {
    const rig = await startRig();
    const upstream = await rawUpstream("u", (socket) => {
      socket.once("data", () => socket.end("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbig"));
    });
    await rig.serve(route({ upstreams: [upstream] }));
    const socket = await openRaw(rig.port);
    socket.write(`POST / HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 10\r\n\r\n12345`);
    expect(await readUntil(socket, "big")).toMatch(/^HTTP\/1\.1 413 /);
    socket.write(`67890${get}\r\n`);
    expect(await readUntil(socket, "big")).toMatch(/^HTTP\/1\.1 413 /);
  });

  it("100 Continue is sent once an upstream takes the body, and not before a refusal", async () => {
    const rig = await startRig();
    const upstream = await httpUpstream("u", (incoming, response) => {
      let body = "";
      incoming.on("data", (chunk) => {
        body += chunk;
      });
      incoming.on("end", () => response.end(`${incoming.headers.expect} ${body}`));
    });
    await rig.serve(route({ upstreams: [upstream] }));
    const post = `POST / HTTP/1.1\r\nHost: ${host}\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n`;
    const socket = await openRaw(rig.port);
    socket.write(post);
    expect(await readUntil(socket, "\r\n\r\n")).toBe("HTTP/1.1 100 Continue\r\n\r\n");
    socket.write("abc");
    expect(await readUntil(socket, "undefined abc")).toMatch(/^HTTP\/1\.1 200 /);
    const refused = await rawRequest(rig.port, post.replace(host, "nobody.localhost"));
    expect(refused).toMatch(/^HTTP\/1\.1 404 /);
    expect(refused).toMatch(/connection: close/i);
  });

  it("early hints pass before the answer", async () => {
    const rig = await startRig();
    const upstream = await httpUpstream("u", (_request, response) => {
      response.writeEarlyHints({ link: ["</a.css>; rel=preload; as=style", "</b.js>; rel=preload; as=script"] }, () =>
        response.end("page"),
      );
    });
    await rig.serve(route({ upstreams: [upstream] }));
    const answer = await rawRequest(rig.port, `${get}Connection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 103 Early Hints\r\nLink: <\/a\.css>.*<\/b\.js>.*\r\n\r\nHTTP\/1\.1 200 OK/i);
  });

  it("trailers come through, but none that would frame a message", async () => {
    const rig = await startRig();
    const upstream = await rawUpstream("u", (socket) => {
      socket.once("data", () =>
        socket.write(
          "HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 7\r\nSet-Cookie: agentpod=1\r\n\r\n",
        ),
      );
    });
    await rig.serve(route({ upstreams: [upstream] }));
    const answer = await ask(rig.port);
    expect(answer).toMatchObject({ body: "ok", trailers: { "x-sum": "7" } });
    expect(answer.headers.trailer).toBe("X-Sum");
    expect(answer.trailers["set-cookie"]).toBeUndefined();
  });

  it("HEAD, 204 and 304 have no body and keep their headers", async () => {
    const rig = await startRig();
    const upstream = await httpUpstream("u", (incoming, response) => {
      if (incoming.url === "/204") response.writeHead(204, { "x-kept": "1" }).end();
      else if (incoming.url === "/304") response.writeHead(304, { etag: '"e"', "content-length": "9" }).end();
      else response.writeHead(200, { "content-length": "5" }).end("hello");
    });
    await rig.serve(route({ upstreams: [upstream] }));
    const socket = await openRaw(rig.port);
    const all = readToEnd(socket);
    const ofPath = (path: string, method = "GET") => `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\n`;
    // On one connection: an answer of wrong length would garble the next.
    socket.write(`${ofPath("/x", "HEAD")}\r\n${ofPath("/204")}\r\n${ofPath("/304")}\r\n${ofPath("/x")}Connection: close\r\n\r\n`);
    const heads = (await all).split(/(?=HTTP\/1\.1 )/);
    expect(heads.map((head) => head.slice(9, 12))).toEqual(["200", "204", "304", "200"]);
    expect(heads[0]).toMatch(/content-length: 5\r\n/i);
    expect(heads[0]?.endsWith("\r\n\r\n")).toBe(true);
    expect(heads[1]).toMatch(/x-kept: 1\r\n/i);
    expect(heads[1]).not.toMatch(/content-length|transfer-encoding/i);
    expect(heads[2]).toMatch(/etag: "e"\r\n/i);
    expect(heads[3]?.endsWith("hello")).toBe(true);
  });

  it("HTTP/1.0 clients get an unchunked answer that ends with the connection", async () => {
    const rig = await startRig();
    const upstream = await httpUpstream("u", (_request, response) => {
      response.write("a");
      response.end("b");
    });
    await rig.serve(route({ upstreams: [upstream] }));
    const answer = await rawRequest(rig.port, `GET / HTTP/1.0\r\nHost: ${host}\r\n\r\n`);
    expect(answer).not.toMatch(/transfer-encoding/i);
    expect(answer.endsWith("\r\n\r\nab")).toBe(true);
  });

  it("methods and bodies arrive as sent", async () => {
    const rig = await startRig();
    const upstream = await httpUpstream("u", (incoming, response) => {
      let body = "";
      incoming.on("data", (chunk) => {
        body += chunk;
      });
      incoming.on("end", () =>
        response.end(`${incoming.method} ${incoming.headers["content-length"]} ${incoming.headers["transfer-encoding"]} ${body}`),
      );
    });
    await rig.serve(route({ upstreams: [upstream] }));
    const sent = async (method: string, body?: string, headers = {}) =>
      (await ask(rig.port, { method, headers, ...(body && { body }) })).body;
    expect(await sent("POST", "abc", { "content-length": "3" })).toBe("POST 3 undefined abc");
    expect(await sent("POST", "abc", { "transfer-encoding": "chunked" })).toBe("POST undefined chunked abc");
    expect(await sent("POST", undefined, { "content-length": "0" })).toBe("POST 0 undefined ");
    expect(await sent("DELETE", "abc", { "content-length": "3" })).toBe("DELETE 3 undefined abc");
    expect(await sent("GET", "abc", { "content-length": "3" })).toBe("GET 3 undefined abc");
    expect(await sent("PROPFIND")).toMatch(/^PROPFIND /);
  });
});

describe("P7 broken exchanges", () => {
  it.each([
    ["of known length", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart"],
    ["in chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n"],
  ])("an answer %s that breaks off never looks whole", async (_kind, bytes) => {
    const rig = await startRig();
    const upstream = await rawUpstream("u", (socket) => {
      socket.once("data", () => socket.write(bytes, () => socket.destroy()));
    });
    await rig.serve(route({ upstreams: [upstream] }));
    const logged = new Promise<string>((resolve) => rig.gateway.log.follow("route-1", resolve));
    await expect(ask(rig.port)).rejects.toThrow(/aborted|ECONNRESET|hang up/);
    expect(JSON.parse(await logged)).toMatchObject({ status: 200, upstream: "u", error: expect.any(String) });
  });

  it("a cut answer to an HTTP/1.0 client ends in a reset, not in an end", async () => {
    const rig = await startRig();
    const upstream = await rawUpstream("u", (socket) => {
      socket.once("data", () => socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n", () => socket.destroy()));
    });
    await rig.serve(route({ upstreams: [upstream] }));
    const socket = await openRaw(rig.port);
    const error = new Promise((resolve) => socket.once("error", resolve));
    socket.on("data", () => {});
    socket.write(`GET / HTTP/1.0\r\nHost: ${host}\r\n\r\n`);
    expect(await error).toMatchObject({ code: "ECONNRESET" });
  });

  it("a client that leaves ends the request upstream", async () => {
    const rig = await startRig();
    const closed = Promise.withResolvers<void>();
    const upstream = await httpUpstream("u", (_request, response) => {
      response.write("first");
      response.on("close", () => closed.resolve());
    });
    await rig.serve(route({ upstreams: [upstream] }));
    const socket = await openRaw(rig.port);
    socket.write(`${get}\r\n`);
    await readUntil(socket, "first");
    socket.destroy();
    await closed.promise;
  });

  it("a client that leaves in the middle of its body ends the request upstream, which never sees a whole one", async () => {
    const rig = await startRig();
    const seen = Promise.withResolvers<string>();
    const upstream = await httpUpstream("u", (incoming) => {
      incoming.on("end", () => seen.resolve("whole"));
      incoming.on("error", () => seen.resolve("broken"));
      incoming.once("data", () => client.destroy());
    });
    await rig.serve(route({ upstreams: [upstream] }));
    const client = request({ port: rig.port, method: "POST", headers: { host, "content-length": "100" } });
    client.on("error", () => {});
    afterTest(() => client.destroy());
    client.write("part");
    expect(await seen.promise).toBe("broken");
  });

  it("a client that leaves takes its pipelined requests along", async () => {
    const rig = await startRig();
    let open = 0;
    const both = Promise.withResolvers<void>();
    const none = Promise.withResolvers<void>();
    const upstream = await httpUpstream("u", (_request, response) => {
      open += 1;
      if (open === 2) both.resolve();
      response.on("close", () => {
        open -= 1;
        if (open === 0) none.resolve();
      });
    });
    await rig.serve(route({ upstreams: [upstream] }));
    const socket = await openRaw(rig.port);
    socket.write(`${get}\r\n${get}\r\n`);
    await both.promise;
    socket.destroy();
    await none.promise;
  });

  it("a refused connection is a 502 that says so, and the next upstream is tried first", async () => {
    const rig = await startRig();
    const dead = await deadUpstream("dead");
    await rig.serve(route({ upstreams: [dead] }));
    const answer = await ask(rig.port);
    expect(answer.status).toBe(502);
    expect(JSON.parse(answer.body).error).toMatchObject({ code: "unavailable", requestId: expect.any(String) });
    await rig.serve(route({ upstreams: [dead, await httpUpstream("live", text("alive"))] }));
    for (const method of ["GET", "POST"])
      expect((await ask(rig.port, { method, body: "x", headers: { "content-length": "1" } })).body).toBe("alive");
  });

  it("a kept connection that the upstream closed meanwhile costs a safe request nothing, and no other is sent twice", async () => {
    const rig = await startRig();
    const seen: string[] = [];
    const upstream = await rawUpstream("u", (socket) => {
      let count = 0;
      socket.on("data", (chunk) => {
        seen.push(chunk.toString("latin1").split(" ", 1)[0] ?? "");
        count += 1;
        // The second request on a connection finds it closed, without an answer.
        if (count === 1) socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        else socket.destroy();
      });
    });
    await rig.serve(route({ upstreams: [upstream] }));
    expect((await ask(rig.port)).status).toBe(200);
    expect((await ask(rig.port)).status).toBe(200);
    expect((await ask(rig.port, { method: "POST", body: "x" })).status).toBe(502);
    expect(seen).toEqual(["GET", "GET", "GET", "POST"]);
  });

  it("an upstream that says nothing in time is a 504", async () => {
    const rig = await startRig();
    const upstream = await rawUpstream("u", () => {});
    await rig.serve(route({ upstreams: [upstream], timeoutSeconds: 1 }));
    const answer = await ask(rig.port, { headers: { accept: "text/html" } });
    expect(answer.status).toBe(504);
    expect(answer.body).toContain("did not answer in time");
  });

  it.each([
    "nonsense\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
  ])("an upstream that answers %j is a 502", async (bytes) => {
    const rig = await startRig();
    const upstream = await rawUpstream("u", (socket) => socket.once("data", () => socket.end(bytes)));
    await rig.serve(route({ upstreams: [upstream] }));
    expect((await ask(rig.port)).status).toBe(502);
  });
});
