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
import type { Gateway, Upstream } from "@agentpod/core/route-table";
import { freePort } from "@agentpod/host/free-port";
import type { GatewayRig } from "../src/conformance.ts";
import { embeddedGateway } from "../src/embedded/driver.ts";

const main = join(import.meta.dirname, "../../../apps/gateway/src/main.ts");

/** Another gateway in front of the embedded one. */
export interface FrontRig {
  gateway: Gateway;
  /** Where its clients come. */
  port: number;
  httpsPort: number;
}

/** The embedded gateway as a process of its own; with `putInFront`, reached through what that starts. */
export async function startGateway(
  putInFront?: (embedded: Gateway, home: string, afterwards: (close: () => unknown) => void) => Promise<FrontRig>,
): Promise<GatewayRig & { embedded: Gateway; port: number; innerPort: number; httpsPort: number | null }> {
  const home = await mkdtemp(join(tmpdir(), "gws-"));
  for (const folder of ["run", "gateway"]) mkdirSync(join(home, folder));
  const innerPort = await freePort();
  const child = spawn(process.execPath, [main], {
    env: {
      PATH: process.env.PATH ?? "",
      AGENTPOD_HOME: home,
      AGENTPOD_PORT: String(innerPort),
      // Its usual one is another test's, perhaps.
      AGENTPOD_HTTPS_PORT: String(await freePort()),
      AGENTPOD_LISTEN: "127.0.0.1",
    },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const exited = once(child, "exit");
  await new Promise<void>((resolve) => {
    createInterface({ input: child.stderr }).on("line", (line) => line.includes("The gateway serves.") && resolve());
  });
  const closers: (() => unknown)[] = [];
  const embedded = embeddedGateway({ socketPath: join(home, "run", "gateway.sock") });
  const front = await putInFront?.(embedded, home, (close) => void closers.push(close));
  const port = front?.port ?? innerPort;
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
    gateway: front?.gateway ?? embedded,
    embedded,
    port,
    innerPort,
    httpsPort: front?.httpsPort ?? null,
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
      const httpsPort = front?.httpsPort ?? JSON.parse(await text(join(home, "run", "gateway.sock"), "/observe")).httpsPort;
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
      // Before anything was given to it, a gateway in front does not even listen.
      const [response] = await once(ask(host, path), "response").catch(() => []);
      if (response === undefined) return null;
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk as Buffer);
      return response.statusCode === 200 ? Buffer.concat(chunks).toString() : null;
    },
    leave: async () => {
      child.kill("SIGKILL");
      await exited;
    },
    close: async () => {
      for (const close of closers) await close();
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
