import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { host, httpUpstream, rawUpstream, route, text } from "./rig.ts";
import { askH2, certificate, openH2, startTlsRig } from "./tls-rig.ts";

const start = async (...args: Parameters<typeof httpUpstream>) => {
  const rig = await startTlsRig();
  await rig.certify(await certificate("one", [host, "other.localhost"]), await certificate("foreign", ["foreign.example"]));
  await rig.serve(route({ hosts: [host, "other.localhost", "foreign.example"], upstreams: [await httpUpstream(...args)] }));
  return rig;
};

const mirror: Parameters<typeof httpUpstream>[1] = (request, response) => {
  let body = "";
  request.on("data", (chunk) => {
    body += chunk;
  });
  request.on("end", () => response.end(JSON.stringify({ method: request.method, url: request.url, headers: request.headers, body })));
};

describe("P7 HTTP/2", () => {
  it("requests reach the upstream as HTTP/1.1 ones, cookies in one piece, without AgentPod's", async () => {
    const rig = await start("u", mirror);
    const session = await openH2(rig.tlsPort);
    const cookie = ["a=1", "agentpod_session=secret", "b=2"];
    const got = await askH2(session, { ":path": "/x?y=1", cookie, te: "trailers", "x-forwarded-for": "6.6.6.6" });
    expect(got.status).toBe(200);
    const seen = JSON.parse(got.body);
    expect(seen).toMatchObject({ method: "GET", url: "/x?y=1", body: "" });
    expect(seen.headers).toMatchObject({ host, cookie: "a=1; b=2", "x-forwarded-for": "127.0.0.1" });
    expect(seen.headers.te).toBeUndefined();
    expect(Object.keys(seen.headers).filter((name) => name.startsWith(":"))).toEqual([]);
    const sized = JSON.parse((await askH2(session, { ":method": "PUT", "content-length": "5" }, "hello")).body);
    expect(sized).toMatchObject({ method: "PUT", body: "hello", headers: { "content-length": "5" } });
    const chunked = JSON.parse((await askH2(session, {}, "hello")).body);
    expect(chunked).toMatchObject({ method: "POST", body: "hello", headers: { "transfer-encoding": "chunked" } });
  });

  it("answers: hop headers stay behind, trailers, hints, HEAD, 204 and 304 pass", async () => {
    const rig = await start("u", (request, response) => {
      response.setHeader("Connection", "keep-alive, x-hop");
      response.setHeader("x-hop", "1");
      response.setHeader("Set-Cookie", ["a=1", "agentpod=2", "b=3"]);
      if (request.url === "/trailers") {
        response.writeHead(200, { trailer: "x-sum" });
        response.write("body");
        response.addTrailers({ "x-sum": "42" });
        response.end();
      } else if (request.url === "/hints") {
        response.writeEarlyHints({ link: "</a.css>; rel=preload" }, () => response.end("late"));
      } else if (request.url === "/304") response.writeHead(304, { etag: '"x"' }).end();
      else if (request.url === "/204") response.writeHead(204).end();
      else response.writeHead(200, { "content-length": "7" }).end("content");
    });
    const session = await openH2(rig.tlsPort);
    const plain = await askH2(session);
    expect(plain).toMatchObject({ status: 200, body: "content" });
    expect(plain.headers["set-cookie"]).toEqual(["a=1", "b=3"]);
    for (const name of ["connection", "x-hop", "keep-alive", "transfer-encoding"]) expect(plain.headers[name], name).toBeUndefined();
    expect(await askH2(session, { ":path": "/trailers" })).toMatchObject({ body: "body", trailers: { "x-sum": "42" } });
    expect(await askH2(session, { ":method": "HEAD" })).toMatchObject({ status: 200, body: "", headers: { "content-length": "7" } });
    expect(await askH2(session, { ":path": "/204" })).toMatchObject({ status: 204, body: "" });
    expect(await askH2(session, { ":path": "/304" })).toMatchObject({ status: 304, body: "", headers: { etag: '"x"' } });
    const hinted = session.request({ ":authority": host, ":path": "/hints" });
    const [hints] = await once(hinted, "headers");
    expect(hints).toMatchObject({ ":status": 103, link: "</a.css>; rel=preload" });
    hinted.resume();
    await once(hinted, "close");
  });

  it("many requests at once on one connection, each with its own answer and large body", async () => {
    const rig = await start("u", (request, response) => {
      const hash = createHash("sha256");
      request.on("data", (chunk) => hash.update(chunk));
      request.on("end", () => response.end(`${request.url} ${hash.digest("hex")}`));
    });
    const session = await openH2(rig.tlsPort);
    const asked = Array.from({ length: 60 }, async (_, i) => {
      const body = randomBytes(100_000 + i);
      const { body: answer } = await askH2(session, { ":path": `/${i}` }, body);
      expect(answer).toBe(`/${i} ${createHash("sha256").update(body).digest("hex")}`);
    });
    await Promise.all(asked);
  });

  it("a host that the connection's certificate is not for gets 421, one that it is for is served", async () => {
    const rig = await start("u", text("pod"));
    const session = await openH2(rig.tlsPort);
    expect((await askH2(session, { ":authority": "other.localhost" })).status).toBe(200);
    expect((await askH2(session, { ":authority": "foreign.example" })).status).toBe(421);
    expect((await askH2(session, { ":authority": "unknown.localhost" })).status).toBe(421);
    expect((await askH2(await openH2(rig.tlsPort, "foreign.example"), { ":authority": "foreign.example" })).status).toBe(200);
  });

  const statusOf = (asked: Promise<{ status: number }>) =>
    asked.then(
      ({ status }) => status,
      () => "reset",
    );

  it.each([
    ["WEB-ACME.LocalHost", 200],
    [`${host}.`, 200],
    [`${host}:443`, 200],
    [`${host}:8o`, 400],
    [`user@${host}`, "reset"],
    [`${host}/x`, "reset"],
    [`${host}, other.localhost`, "reset"],
    ["", "reset"],
  ])("authority %j: %s", async (authority, status) => {
    const rig = await start("u", text("pod"));
    expect(await statusOf(askH2(await openH2(rig.tlsPort), { ":authority": authority }))).toBe(status);
  });

  it("CONNECT is refused, a path with a host in it too; PUSH and extended CONNECT are not offered", async () => {
    const rig = await start("u", text("pod"));
    const session = await openH2(rig.tlsPort);
    const connect = session.request({ ":method": "CONNECT", ":authority": `${host}:22` });
    const [answer] = await once(connect, "response");
    expect(answer[":status"]).toBe(405);
    expect(await statusOf(askH2(session, { ":path": `http://${host}/` }))).toBe("reset");
    expect(await statusOf(askH2(session, { ":method": "OPTIONS", ":path": "*" }))).toBe(400);
    expect(session.remoteSettings.enableConnectProtocol ?? false).toBe(false);
  });

  it("an upstream that dies mid-body resets the stream, and the others go on", async () => {
    const rig = await startTlsRig();
    await rig.certify(await certificate("one"));
    const dying = await rawUpstream("dying", (socket) => {
      socket.once("data", () => {
        socket.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
        setImmediate(() => socket.destroy());
      });
    });
    await rig.serve(
      route({ upstreams: [await httpUpstream("u", text("pod"))] }),
      route({ id: "dying", path: "/dying", upstreams: [dying] }),
    );
    const session = await openH2(rig.tlsPort);
    await expect(askH2(session, { ":path": "/dying" })).rejects.toThrow();
    expect((await askH2(session)).body).toBe("pod");
  });

  it("a client that takes its request back frees the upstream; an answer before the body's end arrives whole", async () => {
    const rig = await startTlsRig();
    await rig.certify(await certificate("one"));
    const gone = Promise.withResolvers<void>();
    const upstream = await httpUpstream("u", (request, response) => {
      if (request.url === "/early") response.writeHead(413).end("too much");
      else request.once("close", gone.resolve);
    });
    await rig.serve(route({ upstreams: [upstream] }));
    const session = await openH2(rig.tlsPort);
    const stream = session.request({ ":authority": host, ":path": "/wait" });
    await expect.poll(() => rig.gateway.observe().load.u?.requests).toBe(1);
    stream.close(8);
    await gone.promise;
    await expect.poll(() => rig.gateway.observe().load.u?.requests).toBe(0);
    const early = session.request({ ":authority": host, ":path": "/early", ":method": "POST" });
    early.write("a beginning");
    const [answer] = await once(early, "response");
    let body = "";
    early.setEncoding("utf8");
    early.on("data", (chunk: string) => {
      body += chunk;
    });
    await once(early, "end");
    expect([answer[":status"], body]).toEqual([413, "too much"]);
  });

  it("the gateway's end waits for what is open and takes nothing new", async () => {
    const held = Promise.withResolvers<void>();
    const rig = await start("u", async (_request, response) => {
      await held.promise;
      response.end("whole");
    });
    const session = await openH2(rig.tlsPort);
    const answer = askH2(session);
    await expect.poll(() => rig.gateway.observe().load.u?.requests).toBe(1);
    const closed = rig.gateway.close(20);
    held.resolve();
    expect((await answer).body).toBe("whole");
    await closed;
    await expect.poll(() => session.closed).toBe(true);
  });
});
