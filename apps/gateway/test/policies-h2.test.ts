import { once } from "node:events";
import type { ClientHttp2Session, IncomingHttpHeaders } from "node:http2";
import { zstdDecompressSync } from "node:zlib";
import { type RoutePoliciesInput, routePolicies } from "@agentpod/core/route-policies";
import { describe, expect, it } from "vitest";
import { host, httpUpstream, rawUpstream, route } from "./rig.ts";
import { certificate, openH2, startTlsRig } from "./tls-rig.ts";

async function served(policies: RoutePoliciesInput) {
  const rig = await startTlsRig();
  await rig.certify(await certificate("c"));
  const seen = { requests: 0, bytes: 0 };
  const upstream = await httpUpstream("u", (asked, response) => {
    seen.requests += 1;
    asked.on("error", () => {});
    asked.on("data", (chunk: Buffer) => {
      seen.bytes += chunk.length;
    });
    response.writeHead(200, { "content-type": "text/html", etag: '"1"' });
    if (asked.url === "/stuck") response.write("begun");
    else asked.on("end", () => response.end("many words ".repeat(1000)));
  });
  await rig.serve(route({ upstreams: [upstream], policies: routePolicies.parse(policies) }));
  return { seen, session: await openH2(rig.tlsPort), rig };
}

/** One request; the body as its bytes. Rejects where the stream is reset. */
async function askStream(session: ClientHttp2Session, headers: Record<string, string>, body: readonly Buffer[] = []) {
  const stream = session.request({ ":path": "/", ":authority": host, ...headers }, { endStream: body.length === 0 });
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  const answered = once(stream, "response") as Promise<[IncomingHttpHeaders & { ":status": number }]>;
  const ended = once(stream, "end");
  for (const chunk of body) if (!stream.closed) stream.write(chunk);
  if (body.length > 0) stream.end();
  const [head] = await answered;
  await ended;
  return { head, body: Buffer.concat(chunks), stream };
}

describe("P7 route policies over HTTP/2", () => {
  it("the same answers, by streams that do not disturb each other", async () => {
    const { session, seen } = await served({
      compress: true,
      rateLimit: { requests: 3, perSeconds: 3600 },
      cors: { origins: ["https://app.example"] },
      responseHeaders: { set: { "X-Frame-Options": "DENY" } },
    });
    const page = await askStream(session, { "accept-encoding": "zstd", origin: "https://app.example" });
    expect(page.head).toMatchObject({
      ":status": 200,
      "content-encoding": "zstd",
      etag: 'W/"1"',
      "x-frame-options": "DENY",
      "access-control-allow-origin": "https://app.example",
      ratelimit: '"default";r=2;t=1200',
    });
    expect(zstdDecompressSync(page.body).toString()).toBe("many words ".repeat(1000));
    const preflight = await askStream(session, {
      ":method": "OPTIONS",
      origin: "https://app.example",
      "access-control-request-method": "PUT",
    });
    expect(preflight.head).toMatchObject({ ":status": 204, "access-control-allow-methods": expect.stringContaining("PUT") });
    const rest = await Promise.all(Array.from({ length: 4 }, () => askStream(session, {})));
    expect(rest.map(({ head }) => head[":status"]).sort()).toEqual([200, 200, 429, 429]);
    expect(seen.requests).toBe(3);
  });

  it("a body that passes the limit gets 413, announced or not, and the connection goes on", async () => {
    const { session, seen } = await served({ maxBodyBytes: 1000 });
    const refused = await askStream(session, { ":method": "POST", "content-length": "2000" }, [Buffer.alloc(2000)]);
    expect(refused.head[":status"]).toBe(413);
    expect(seen.requests).toBe(0);
    const passed = await askStream(session, { ":method": "POST" }, [Buffer.alloc(900), Buffer.alloc(900)]);
    expect(passed.head[":status"]).toBe(413);
    expect(seen.bytes).toBeLessThanOrEqual(1000);
    expect((await askStream(session, { ":method": "POST" }, [Buffer.alloc(900)])).head[":status"]).toBe(200);
  });

  it("an idle answer is cut, its connection is not", async () => {
    const { session } = await served({ idleTimeoutSeconds: 1 });
    const stuck = session.request({ ":path": "/stuck", ":authority": host });
    stuck.resume();
    const [error] = await once(stuck, "error");
    expect(String(error)).toMatch(/INTERNAL_ERROR/);
    expect((await askStream(session, {})).head[":status"]).toBe(200);
  });

  it.each<[string, RoutePoliciesInput]>([
    ["plain", {}],
    ["compressed", { compress: true }],
  ])("an upstream that dies in the middle does not look like an end (%s)", async (_, policies) => {
    const { session, rig } = await served(policies);
    const dying = await rawUpstream("dying", (socket) => {
      socket.once("data", () => {
        socket.write("HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ntransfer-encoding: chunked\r\n\r\n5\r\nbegun\r\n");
        setImmediate(() => socket.destroy());
      });
    });
    await rig.serve(route({ upstreams: [dying], policies: routePolicies.parse(policies) }));
    const stream = session.request({ ":path": "/", ":authority": host, "accept-encoding": "gzip" });
    stream.resume();
    const [error] = await once(stream, "error");
    expect(String(error)).toMatch(/INTERNAL_ERROR/);
  });
});
