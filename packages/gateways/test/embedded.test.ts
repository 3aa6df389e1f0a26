import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, request as httpRequest, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createNetServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { connect as tlsConnect } from "node:tls";
import type { Upstream } from "@agentpod/core/route-table";
import { freePort } from "@agentpod/host/free-port";
import { describe, expect, it } from "vitest";
import { type GatewayRig, gatewayConformance } from "../src/conformance.ts";
import { applyRequest, logsRequest, probeRequest, refusal } from "../src/embedded/body.ts";
import { embeddedGateway } from "../src/embedded/driver.ts";

const main = join(import.meta.dirname, "../../../apps/gateway/src/main.ts");

async function start(): Promise<GatewayRig> {
  const home = await mkdtemp(join(tmpdir(), "gws-"));
  for (const folder of ["run", "gateway"]) mkdirSync(join(home, folder));
  const port = await freePort();
  const child = spawn(process.execPath, [main], {
    env: { PATH: process.env.PATH ?? "", AGENTPOD_HOME: home, AGENTPOD_PORT: String(port), AGENTPOD_LISTEN: "127.0.0.1" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const exited = once(child, "exit");
  await new Promise<void>((resolve) => {
    createInterface({ input: child.stderr }).on("line", (line) => line.includes("The gateway serves.") && resolve());
  });
  const closers: (() => void)[] = [];
  const waiting: ServerResponse[] = [];
  let onWaiting = () => {};
  const upstreams = createServer((request, response) => {
    if (request.url !== "/wait") return response.end("ok");
    waiting.push(response);
    onWaiting();
  }).listen(0, "127.0.0.1");
  await once(upstreams, "listening");
  closers.push(() => upstreams.closeAllConnections());
  closers.push(() => upstreams.close());
  const address = (to: number): Upstream["address"] => ({ kind: "tcp", host: "127.0.0.1", port: to });
  const ask = (host: string, path: string) => {
    const outgoing = httpRequest({ port, host: "127.0.0.1", path, headers: { host }, agent: false });
    outgoing.on("error", () => {});
    closers.push(() => outgoing.destroy());
    return outgoing.end();
  };
  return {
    gateway: embeddedGateway({ socketPath: join(home, "run", "gateway.sock") }),
    liveUpstream: async (id) => ({ id, address: address((upstreams.address() as AddressInfo).port) }),
    deadUpstream: async (id) => ({ id, address: address(await freePort()) }),
    beginRequest: async (host) => {
      const arrived = new Promise<void>((resolve) => {
        onWaiting = resolve;
      });
      ask(host, "/wait").on("response", (response) => response.resume());
      await arrived;
      return () => waiting.pop()?.end("done");
    },
    beginHeldRequest: (host) => void ask(host, "/"),
    request: async (host, path) => {
      const [response] = await once(ask(host, path), "response");
      response.resume();
      await once(response, "end");
    },
    takenPort: async () => {
      const server = createNetServer().listen(0, "127.0.0.1");
      await once(server, "listening");
      closers.push(() => server.close());
      return (server.address() as AddressInfo).port;
    },
    servedFingerprint: async (servername) => {
      const { httpsPort } = JSON.parse(await text(join(home, "run", "gateway.sock"), "/observe"));
      const socket = tlsConnect({ port: httpsPort, host: "127.0.0.1", servername, rejectUnauthorized: false });
      const isOpen = await once(socket, "secureConnect").then(
        () => true,
        () => false,
      );
      const print = isOpen ? socket.getPeerCertificate().fingerprint256 : null;
      socket.destroy();
      return print;
    },
    askPlain: async (host, path) => {
      const [response] = await once(ask(host, path), "response");
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk as Buffer);
      return response.statusCode === 200 ? Buffer.concat(chunks).toString() : null;
    },
    leave: async () => {
      child.kill("SIGKILL");
      await exited;
    },
    close: async () => {
      for (const close of closers) close();
      child.kill("SIGKILL");
      await exited;
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function text(socketPath: string, path: string): Promise<string> {
  const [response] = await once(httpRequest({ socketPath, path, agent: false }).end(), "response");
  let all = "";
  for await (const chunk of response) all += chunk;
  return all;
}

gatewayConformance("embedded", start);

describe("P7 requests to the embedded gateway", () => {
  it("are built as its control socket reads them", () => {
    const upstream: Upstream = { id: "u", address: { kind: "unix", path: "/run/u.sock" } };
    const probe = { host: "a.localhost", path: "/healthz", timeoutSeconds: 2 };
    expect(applyRequest({ version: 1, routes: [] })).toEqual({ method: "PUT", path: "/table", body: '{"version":1,"routes":[]}' });
    expect(probeRequest(upstream, probe)).toEqual({ method: "POST", path: "/probe", body: JSON.stringify({ upstream, request: probe }) });
    expect(logsRequest({ route: "a&b=c", tail: 5, follow: true })).toEqual({
      method: "GET",
      path: "/logs?tail=5&follow=true&route=a%26b%3Dc",
      body: null,
    });
    expect(logsRequest({ route: null, tail: 5, follow: false }).path).toBe("/logs?tail=5&follow=false");
  });

  it("refusals keep their code and issues; anything else is unavailable", () => {
    const body = JSON.stringify({ error: { code: "conflict", message: "older", issues: [{ path: "a", expected: "b" }] } });
    expect(refusal(409, body)).toMatchObject({ code: "conflict", message: "older", issues: [{ path: "a", expected: "b" }] });
    expect(refusal(502, "<html>")).toMatchObject({ code: "unavailable" });
    expect(refusal(400, '{"error":{"code":"made-up","message":"x"}}')).toMatchObject({ code: "unavailable" });
  });
});
