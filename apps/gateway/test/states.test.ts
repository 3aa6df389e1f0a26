import { describe, expect, it } from "vitest";
import { ask } from "./ask.ts";
import { deadUpstream, host, httpUpstream, openRaw, readUntil, route, startRig, text } from "./rig.ts";

const html = { accept: "text/html,*/*" };

describe("P7 A5 pages", () => {
  it("an application that is not ready: a calm page that reloads itself, its message escaped", async () => {
    const rig = await startRig();
    await rig.serve(route({ state: "unready", message: 'acme/web <script>alert("1")</script> & co' }));
    const page = await ask(rig.port, { headers: html });
    expect(page.status).toBe(503);
    expect(page.headers).toMatchObject({ "content-type": "text/html; charset=utf-8", "retry-after": "2", "cache-control": "no-store" });
    expect(page.body).toContain("acme/web &lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; co");
    expect(page.body).toContain('http-equiv="refresh"');
    expect(page.headers["content-security-policy"]).toContain("default-src 'none'");
  });

  it("stopped by its owner: no reload", async () => {
    const rig = await startRig();
    await rig.serve(route({ state: "stopped", message: "acme/web is stopped." }));
    const page = await ask(rig.port, { headers: html });
    expect(page.status).toBe(503);
    expect(page.body).toContain("acme/web is stopped.");
    expect(page.body).not.toContain("refresh");
    expect(page.headers["retry-after"]).toBeUndefined();
  });

  it("Chinese where it is liked better", async () => {
    const rig = await startRig();
    await rig.serve(route({ state: "unready", message: "acme/web is starting." }));
    const inLanguage = async (language: string) =>
      (await ask(rig.port, { headers: { ...html, "accept-language": language } })).headers["content-language"];
    expect(await inLanguage("zh-CN,zh;q=0.9,en;q=0.8")).toBe("zh");
    expect(await inLanguage("en,zh;q=0.5")).toBe("en");
    expect(await inLanguage("en;q=0.1, zh-TW;q=0.5")).toBe("zh");
    expect(await inLanguage("fr")).toBe("en");
    expect(await inLanguage("zh;q=0")).toBe("en");
    const page = await ask(rig.port, { headers: { ...html, "accept-language": "zh" } });
    expect(page.body).toContain("正在启动");
    expect(page.body).toContain("acme/web is starting.");
  });

  it("JSON for programs, nothing for HEAD", async () => {
    const rig = await startRig();
    await rig.serve(route({ state: "unready", message: "acme/web is starting." }));
    const answer = await ask(rig.port);
    expect(JSON.parse(answer.body)).toEqual({
      error: { code: "unavailable", message: "acme/web is starting.", issues: [], requestId: answer.headers["x-request-id"] },
    });
    const head = await ask(rig.port, { method: "HEAD" });
    expect(head).toMatchObject({ status: 503, body: "" });
  });

  it("unknown hosts and paths are 404", async () => {
    const rig = await startRig();
    await rig.serve(route({ path: "/app", upstreams: [await httpUpstream("u", text("app"))] }));
    expect((await ask(rig.port, { path: "/app/x" })).body).toBe("app");
    expect((await ask(rig.port, { path: "/application" })).status).toBe(404);
    expect((await ask(rig.port, { headers: { host: "other-acme.localhost" } })).status).toBe(404);
  });
});

describe("P7 holding", () => {
  it("a held request waits, its body unread, and goes on when the route serves", async () => {
    const rig = await startRig();
    const bodies: string[] = [];
    const upstream = await httpUpstream("u", (incoming, response) => {
      let body = "";
      incoming.on("data", (chunk) => {
        body += chunk;
      });
      incoming.on("end", () => {
        bodies.push(body);
        response.end("served");
      });
    });
    const held = new Promise<void>((resolve) => {
      let count = 0;
      rig.gateway.wakes.listen(({ route: id }) => {
        count += id === "route-1" ? 1 : 0;
        if (count === 2) resolve();
      });
    });
    await rig.serve(route({ state: "holding" }));
    const answers = [ask(rig.port), ask(rig.port, { method: "POST", body: "kept" })];
    await held;
    // A change that does not concern it lets it wait on.
    await rig.serve(route({ state: "holding" }), route({ id: "route-2", hosts: ["b.localhost"] }));
    await rig.serve(route({ upstreams: [upstream] }));
    expect((await Promise.all(answers)).map((answer) => answer.body)).toEqual(["served", "served"]);
    expect(bodies.sort()).toEqual(["", "kept"]);
  });

  it("after holdSeconds it is a 503 with Retry-After", async () => {
    const rig = await startRig();
    await rig.serve(route({ state: "holding", holdSeconds: 0.05, message: "acme/web is starting." }));
    const answer = await ask(rig.port);
    expect(answer.status).toBe(503);
    expect(answer.headers["retry-after"]).toBe("5");
  });

  it("A5 a refused connection waits for word of the unit's death, and for its return", async () => {
    const rig = await startRig();
    const dead = await deadUpstream("old");
    const alive = await httpUpstream("new", (_request, response) => void response.end("back"));
    await rig.serve(route({ upstreams: [dead] }));
    const begun = new Promise((resolve) => rig.gateway.wakes.listen(resolve));
    const answer = ask(rig.port, { method: "POST", body: "kept" });
    await begun;
    await rig.serve(route({ state: "holding" }));
    await rig.serve(route({ upstreams: [alive] }));
    expect(await answer).toMatchObject({ status: 200, body: "back" });
  });

  it("it gets the page of what the route became", async () => {
    const rig = await startRig();
    await rig.serve(route({ state: "holding" }));
    const begun = new Promise((resolve) => rig.gateway.wakes.listen(resolve));
    const answer = ask(rig.port, { headers: html });
    await begun;
    await rig.serve(route({ state: "stopped", message: "acme/web is stopped." }));
    expect((await answer).body).toContain("acme/web is stopped.");
  });

  it("a client that leaves waits no longer", async () => {
    const rig = await startRig();
    let reached = 0;
    const upstream = await httpUpstream("u", (_request, response) => {
      reached += 1;
      response.end("ok");
    });
    await rig.serve(route({ state: "holding" }));
    const begun = new Promise((resolve) => rig.gateway.wakes.listen(resolve));
    const logged = new Promise<string>((resolve) => rig.gateway.log.follow(null, resolve));
    const socket = await openRaw(rig.port);
    socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    await begun;
    socket.destroy();
    expect(JSON.parse(await logged)).toMatchObject({ status: 499, error: "client gone", upstream: null });
    await rig.serve(route({ upstreams: [upstream] }));
    expect((await ask(rig.port)).body).toBe("ok");
    expect(reached).toBe(1);
  });

  it("100 Continue waits with the request", async () => {
    const rig = await startRig();
    const upstream = await httpUpstream("u", (incoming, response) => {
      incoming.resume().on("end", () => response.end("whole"));
    });
    await rig.serve(route({ state: "holding" }));
    const begun = new Promise((resolve) => rig.gateway.wakes.listen(resolve));
    const socket = await openRaw(rig.port);
    socket.write(`PUT / HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n`);
    await begun;
    expect(socket.bytesRead).toBe(0);
    await rig.serve(route({ upstreams: [upstream] }));
    await readUntil(socket, "100 Continue\r\n\r\n");
    socket.write("x");
    await readUntil(socket, "whole");
  });
});
