import { createServer } from "node:http";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ask } from "./ask.ts";
import { afterTest, host, httpUpstream, route, startRig, text } from "./rig.ts";

async function apiServer(dir: string, name = "server.sock") {
  const server = createServer((request, response) => {
    response.setHeader("x-from", name);
    response.end(JSON.stringify({ url: request.url, headers: request.headers }));
  });
  await new Promise<void>((resolve) => server.listen(join(dir, name), resolve));
  const stop = () =>
    new Promise<void>((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  afterTest(stop);
  return { stop };
}

describe("P7 front door", () => {
  it("bare hosts reach AgentPod's server with its cookies; pods' hosts do not", async () => {
    const rig = await startRig();
    await apiServer(rig.dir);
    const answer = await ask(rig.port, { path: "/api/v1/x?y=1", headers: { host: "localhost:3000", cookie: "agentpod_session=s" } });
    const seen = JSON.parse(answer.body);
    expect(answer.status).toBe(200);
    expect(seen.url).toBe("/api/v1/x?y=1");
    expect(seen.headers).toMatchObject({
      host: "localhost:3000",
      cookie: "agentpod_session=s",
      "x-forwarded-for": "127.0.0.1",
      "x-forwarded-port": "3000",
    });
    expect((await ask(rig.port, { headers: { host: "192.0.2.7" } })).status).toBe(200);
    expect((await ask(rig.port, { headers: { host: "no-pod.localhost" } })).status).toBe(404);
  });

  it("a dashboard takes all but /api", async () => {
    const rig = await startRig();
    const withPages = await startRig({ dashboardSocket: join(rig.dir, "pages.sock"), serverSocket: join(rig.dir, "server.sock") });
    await apiServer(rig.dir);
    await apiServer(rig.dir, "pages.sock");
    const from = async (path: string) => (await ask(withPages.port, { path, headers: { host: "localhost" } })).headers["x-from"];
    expect(await from("/")).toBe("pages.sock");
    expect(await from("/apidocs")).toBe("pages.sock");
    expect(await from("/api")).toBe("server.sock");
    expect(await from("/api/v1")).toBe("server.sock");
  });

  it("says that AgentPod is restarting while its server is away, and pods go on", async () => {
    const rig = await startRig();
    const server = await apiServer(rig.dir);
    await rig.serve(route({ upstreams: [await httpUpstream("u", text("pod"))] }));
    expect((await ask(rig.port, { headers: { host: "localhost" } })).status).toBe(200);
    await server.stop();
    const page = await ask(rig.port, { headers: { host: "localhost", accept: "text/html" } });
    expect(page.status).toBe(503);
    expect(page.body).toContain("AgentPod is restarting");
    expect(page.headers["retry-after"]).toBe("2");
    expect((await ask(rig.port, { headers: { host } })).body).toBe("pod");
    await apiServer(rig.dir);
    expect((await ask(rig.port, { headers: { host: "localhost" } })).status).toBe(200);
  });
});
