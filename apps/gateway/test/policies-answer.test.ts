import { randomBytes } from "node:crypto";
import type { RequestListener } from "node:http";
import { request } from "node:http";
import {
  brotliDecompressSync,
  createBrotliDecompress,
  createGunzip,
  createZstdDecompress,
  gunzipSync,
  zstdDecompressSync,
} from "node:zlib";
import { type RoutePoliciesInput, routePolicies } from "@agentpod/core/route-policies";
import { describe, expect, it } from "vitest";
import { ask } from "./ask.ts";
import { host, httpUpstream, openRaw, rawRequest, rawUpstream, readUntil, route, startRig } from "./rig.ts";

async function served(policies: RoutePoliciesInput, listener: RequestListener) {
  const rig = await startRig();
  const upstream = await httpUpstream("u", listener);
  await rig.serve(route({ upstreams: [upstream], policies: routePolicies.parse(policies) }));
  return rig;
}

/** The bytes as they came, whatever their coding. */
function bytesOf(
  port: number,
  headers: Record<string, string> = {},
  method = "GET",
): Promise<{ status: number; headers: Record<string, string | string[] | undefined>; body: Buffer }> {
  return new Promise((resolve, reject) => {
    request({ port, host: "127.0.0.1", method, headers: { host, ...headers }, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk)).on("error", reject);
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }));
    })
      .on("error", reject)
      .end();
  });
}

const words = "So many words that say the same again. ".repeat(500);
const page: RequestListener = (_request, response) => {
  response.writeHead(200, {
    "content-type": "text/html",
    "content-length": Buffer.byteLength(words),
    etag: '"v1"',
    "accept-ranges": "bytes",
    vary: "Cookie",
  });
  response.end(words);
};

describe("P7 compress", () => {
  it.each([
    ["zstd", (body: Buffer) => zstdDecompressSync(body)],
    ["br", (body: Buffer) => brotliDecompressSync(body)],
    ["gzip", (body: Buffer) => gunzipSync(body)],
  ])("%s comes out as it went in, smaller, and the access log counts what was sent", async (coding, open) => {
    const rig = await served({ compress: true }, page);
    const logged = new Promise<string>((resolve) => rig.gateway.log.follow("route-1", resolve));
    const answer = await bytesOf(rig.port, { "accept-encoding": coding });
    expect(answer.headers).toMatchObject({
      "content-encoding": coding,
      etag: 'W/"v1"',
      vary: "Cookie, Accept-Encoding",
      "transfer-encoding": "chunked",
    });
    expect(answer.headers["content-length"]).toBeUndefined();
    expect(answer.headers["accept-ranges"]).toBeUndefined();
    expect(open(answer.body).toString()).toBe(words);
    expect(answer.body.length).toBeLessThan(words.length / 10);
    expect(JSON.parse(await logged)).toMatchObject({ status: 200, bytesOut: answer.body.length, error: null });
  });

  it("clients that take none, HEAD and HTTP/1.0 get what they can read", async () => {
    const rig = await served({ compress: true }, page);
    const plain = await bytesOf(rig.port);
    expect(plain.headers).toMatchObject({ vary: "Cookie, Accept-Encoding", "content-length": String(words.length), etag: '"v1"' });
    expect(plain.body.toString()).toBe(words);
    const head = await bytesOf(rig.port, { "accept-encoding": "gzip" }, "HEAD");
    expect(head.headers).toMatchObject({ "content-length": String(words.length), vary: "Cookie, Accept-Encoding" });
    expect(head.headers["content-encoding"]).toBeUndefined();
    const old = Buffer.from(await rawRequest(rig.port, `GET / HTTP/1.0\r\nHost: ${host}\r\nAccept-Encoding: gzip\r\n\r\n`), "latin1");
    const at = old.indexOf("\r\n\r\n");
    expect(old.toString("latin1", 0, at)).not.toMatch(/transfer-encoding|content-length/i);
    expect(gunzipSync(old.subarray(at + 4)).toString()).toBe(words);
  });

  it("many megabytes both ways of speed: a fast upstream waits for a slow reader, and every byte arrives", async () => {
    const block = Buffer.concat([randomBytes(50_000), Buffer.alloc(50_000, "a")]);
    const blocks = 200;
    const rig = await served({ compress: true }, async (_request, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      for (let i = 0; i < blocks; i++) if (!response.write(block)) await new Promise((resolve) => response.once("drain", resolve));
      response.end();
    });
    const size = await new Promise<number>((resolve, reject) => {
      request({ port: rig.port, host: "127.0.0.1", headers: { host, "accept-encoding": "gzip" }, agent: false }, (response) => {
        let bytes = 0;
        const plain = response.pipe(createGunzip());
        plain.on("data", (chunk: Buffer) => {
          bytes += chunk.length;
          plain.pause();
          setImmediate(() => plain.resume());
        });
        plain.on("end", () => resolve(bytes)).on("error", reject);
      }).end();
    });
    expect(size).toBe(block.length * blocks);
  });

  it.each([
    ["gzip", createGunzip],
    ["br", createBrotliDecompress],
    ["zstd", createZstdDecompress],
  ])("a page that comes in pieces is seen in pieces (%s); an event stream is left as it is", async (coding, open) => {
    let next = () => {};
    const rig = await served({ compress: true }, (asked, response) => {
      response.writeHead(200, { "content-type": asked.url === "/events" ? "text/event-stream" : "text/html" });
      response.write("data: first\n\n");
      next = () => response.end("data: last\n\n");
    });
    const events = await openRaw(rig.port);
    events.write(`GET /events HTTP/1.1\r\nHost: ${host}\r\nAccept-Encoding: gzip\r\n\r\n`);
    expect(await readUntil(events, "data: first\n\n")).not.toMatch(/content-encoding/i);
    const plain = await new Promise<string>((resolve, reject) => {
      request({ port: rig.port, host: "127.0.0.1", headers: { host, "accept-encoding": coding }, agent: false }, (response) => {
        let text = "";
        const opened = response.pipe(open());
        opened.on("data", (chunk: Buffer) => {
          text += chunk;
          if (text === "data: first\n\n") next();
        });
        opened.on("end", () => resolve(text)).on("error", reject);
      }).end();
    });
    expect(plain).toBe("data: first\n\ndata: last\n\n");
  });

  it("an upstream that dies in the middle does not look like an end", async () => {
    const rig = await startRig();
    const upstream = await rawUpstream("u", (socket) => {
      socket.once("data", () => {
        socket.write(`HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 100000\r\n\r\n${"a".repeat(5000)}`);
        setImmediate(() => socket.destroy());
      });
    });
    await rig.serve(route({ upstreams: [upstream], policies: routePolicies.parse({ compress: true }) }));
    const logged = new Promise<string>((resolve) => rig.gateway.log.follow("route-1", resolve));
    await expect(bytesOf(rig.port, { "accept-encoding": "gzip" })).rejects.toThrow(/aborted|ECONNRESET|hang up/);
    expect(JSON.parse(await logged).error).toBe("UPSTREAM_CLOSED");
    expect(rig.gateway.observe().load.u).toMatchObject({ requests: 0 });
  });

  it("a client that leaves in the middle frees the upstream", async () => {
    const closed = Promise.withResolvers<void>();
    const rig = await served({ compress: true }, (_request, response) => {
      response.writeHead(200, { "content-type": "text/plain" });
      const more = () => {
        while (response.write(randomBytes(65_536)));
      };
      response.on("drain", more).on("close", () => closed.resolve());
      more();
    });
    const client = await openRaw(rig.port);
    client.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nAccept-Encoding: br\r\n\r\n`);
    await readUntil(client, "content-encoding: br");
    client.destroy();
    await closed.promise;
    expect(rig.gateway.observe().load.u).toMatchObject({ requests: 0 });
  });
});

describe("P7 CORS", () => {
  const cors = {
    origins: ["https://app.example", "https://*.pages.example"],
    credentials: true,
    maxAgeSeconds: 5,
    exposeHeaders: ["X-Total"],
  };
  const api: RequestListener = (asked, response) => {
    response.writeHead(200, {
      "access-control-allow-origin": "*",
      "Access-Control-Allow-Methods": "DELETE",
      vary: "Accept",
      "x-method": asked.method ?? "",
    });
    response.end("x");
  };

  it("preflights are answered at the gateway, the upstream's own word is replaced", async () => {
    const rig = await served({ cors }, api);
    const preflight = (origin: string) => ask(rig.port, { method: "OPTIONS", headers: { origin, "access-control-request-method": "PUT" } });
    const allowed = await preflight("https://app.example");
    expect(allowed).toMatchObject({ status: 204, body: "" });
    expect(allowed.headers).toMatchObject({
      "access-control-allow-origin": "https://app.example",
      "access-control-allow-credentials": "true",
      "access-control-allow-methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
      "access-control-allow-headers": "Content-Type, Authorization",
      "access-control-max-age": "5",
      vary: "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
    });
    expect((await preflight("https://a.pages.example")).headers["access-control-allow-origin"]).toBe("https://a.pages.example");
    const foreign = await preflight("https://evil.test");
    expect(foreign.status).toBe(204);
    expect(Object.keys(foreign.headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
    const simple = await ask(rig.port, { headers: { origin: "https://app.example" } });
    expect(simple.headers).toMatchObject({
      "access-control-allow-origin": "https://app.example",
      "access-control-expose-headers": "X-Total",
      vary: "Accept, Origin",
    });
    expect(simple.headers["access-control-allow-methods"]).toBeUndefined();
    const stranger = await ask(rig.port, { headers: { origin: "https://evil.test" } });
    expect(stranger.headers["access-control-allow-origin"]).toBeUndefined();
    expect((await ask(rig.port, { method: "OPTIONS", headers: { origin: "https://app.example" } })).headers["x-method"]).toBe("OPTIONS");
  });
});

describe("P7 headers of a route", () => {
  it("reach the upstream and the client as said, and never the frame of a message", async () => {
    const policies: RoutePoliciesInput = {
      requestHeaders: { set: { "X-Tenant": "acme", cookie: "fixed=1" }, remove: ["User-Agent", "X-Debug"] },
      responseHeaders: { set: { "Strict-Thing": "yes" }, remove: ["X-Powered-By", "Set-Cookie"] },
    };
    let seen: string[] = [];
    const rig = await served(policies, (asked, response) => {
      seen = asked.rawHeaders;
      response.setHeader("x-powered-by", "x");
      response.setHeader("set-cookie", ["a=1", "b=2"]);
      response.end("whole body");
    });
    const answer = await ask(rig.port, {
      method: "POST",
      body: "abc",
      headers: { "user-agent": "me", "x-debug": ["1", "2"], "X-TENANT": ["evil", "worse"], cookie: "a=1", "content-length": "3" },
    });
    expect(answer.body).toBe("whole body");
    expect(answer.headers).toMatchObject({ "strict-thing": "yes", "content-length": "10" });
    expect(answer.headers).not.toHaveProperty("x-powered-by");
    expect(answer.headers).not.toHaveProperty("set-cookie");
    const values = (name: string) => seen.filter((_, i) => i % 2 === 1 && seen[i - 1]?.toLowerCase() === name);
    expect(values("x-tenant")).toEqual(["acme"]);
    expect(values("cookie")).toEqual(["fixed=1"]);
    expect([...values("user-agent"), ...values("x-debug")]).toEqual([]);
    expect([values("content-length"), values("host")]).toEqual([["3"], [host]]);
  });

  it("are on the gateway's own pages as far as those do not say it themselves", async () => {
    const rig = await startRig();
    const policies = routePolicies.parse({
      responseHeaders: { set: { "X-A": "1", "Content-Type": "text/plain", "Cache-Control": "public" } },
    });
    await rig.serve(route({ state: "stopped", policies }));
    const answer = await ask(rig.port);
    expect(answer.status).toBe(503);
    expect(answer.headers).toMatchObject({ "x-a": "1", "content-type": "application/json; charset=utf-8", "cache-control": "no-store" });
  });
});

describe("P7 idle timeout", () => {
  it.each<[string, RoutePoliciesInput]>([
    ["plain", { idleTimeoutSeconds: 1 }],
    ["compressed", { idleTimeoutSeconds: 1, compress: true }],
  ])("an answer that stops (%s) is cut; one that goes on is not", async (_, policies) => {
    let closed = () => {};
    const gone = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const rig = await served(policies, (asked, response) => {
      response.writeHead(200, { "content-type": "text/plain" });
      response.write("begun");
      if (asked.url === "/stuck") response.on("close", closed);
      else {
        let left = 6;
        const timer = setInterval(() => {
          left -= 1;
          if (left > 0) return response.write(".");
          clearInterval(timer);
          return response.end();
        }, 300);
      }
    });
    const logged = new Promise<string>((resolve) =>
      rig.gateway.log.follow("route-1", (text) => (text.includes("/stuck") ? resolve(text) : undefined)),
    );
    const [stuck, slow] = await Promise.allSettled([
      ask(rig.port, { path: "/stuck", headers: { "accept-encoding": "gzip" } }),
      ask(rig.port),
    ]);
    expect(stuck.status).toBe("rejected");
    expect(slow).toMatchObject({ status: "fulfilled", value: { body: "begun....." } });
    await gone;
    expect(JSON.parse(await logged)).toMatchObject({ status: 200, error: "IDLE_TIMEOUT" });
  });
});
