import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { type AddressInfo, connect, createServer as createNetServer, type Server as NetServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RouteEntry, RouteTable, Upstream } from "@agentpod/core/route-table";
import { afterEach } from "vitest";
import type { GatewaySettings } from "../src/env.ts";
import { EmbeddedGateway } from "../src/gateway.ts";

const closers: (() => Promise<unknown> | unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Called after the test, last registered first. */
export const afterTest = (close: () => Promise<unknown> | unknown): void => void closers.push(close);

export async function tempDir(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "gw-"));
  afterTest(() => rm(path, { recursive: true, force: true }));
  return path;
}

export async function settingsIn(dir: string, change: Partial<GatewaySettings> = {}): Promise<GatewaySettings> {
  return {
    host: "127.0.0.1",
    port: 0,
    httpsPort: null,
    isHttpsNeeded: false,
    publicHttpsPort: null,
    controlSocket: join(dir, "control.sock"),
    innerSocket: join(dir, "inner.sock"),
    stateDir: dir,
    serverSocket: join(dir, "server.sock"),
    dashboardSocket: null,
    baseDomains: ["localhost"],
    frontHosts: [],
    trustedProxies: null,
    ...change,
  };
}

export interface Rig {
  gateway: EmbeddedGateway;
  port: number;
  dir: string;
  /** Serves these routes as the next version. */
  serve(...routes: RouteEntry[]): Promise<void>;
}

/** A gateway in this process on a free port. */
export async function startRig(change: Partial<GatewaySettings> = {}): Promise<Rig> {
  const dir = await tempDir();
  const gateway = new EmbeddedGateway(await settingsIn(dir, change));
  const port = await gateway.start();
  afterTest(() => gateway.close(0));
  return {
    gateway,
    port,
    dir,
    serve: (...routes) => gateway.apply({ version: gateway.observe().servedVersion + 1, routes }),
  };
}

export const host = "web-acme.localhost";

export function route(change: Partial<RouteEntry> = {}): RouteEntry {
  return {
    id: "route-1",
    pod: "pod-1",
    label: "acme/web",
    hosts: [host],
    publicPort: null,
    path: "/",
    state: "serving",
    message: "",
    upstreams: [],
    holdSeconds: 10,
    timeoutSeconds: 5,
    drainSeconds: 30,
    ...change,
  };
}

export const table = (version: number, ...routes: RouteEntry[]): RouteTable => ({ version, routes });

/** A real HTTP server as an upstream. */
export async function httpUpstream(id: string, listener: RequestListener): Promise<Upstream> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  afterTest(() => {
    server.closeAllConnections();
    server.close();
  });
  return { id, address: { kind: "tcp", host: "127.0.0.1", port: (server.address() as AddressInfo).port } };
}

/** A real TCP server as an upstream, for answers that no HTTP library would give. */
export async function rawUpstream(
  id: string,
  onConnection: (socket: Socket) => void,
  options: { allowHalfOpen: boolean } = { allowHalfOpen: false },
): Promise<Upstream & { server: NetServer }> {
  const sockets = new Set<Socket>();
  const server = createNetServer(options, (socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  afterTest(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { id, address: { kind: "tcp", host: "127.0.0.1", port: (server.address() as AddressInfo).port }, server };
}

/** An address where nothing listens. */
export async function deadUpstream(id: string): Promise<Upstream> {
  const { address, server } = await rawUpstream(id, () => {});
  await new Promise((resolve) => server.close(resolve));
  return { id, address };
}

export const text =
  (body: string, status = 200) =>
  (_request: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(status, { "content-type": "text/plain" });
    response.end(body);
  };

/** Writes bytes to a port and resolves with all that comes back until the connection ends. */
export async function rawRequest(port: number, bytes: string | Buffer, options: { half?: boolean } = {}): Promise<string> {
  const socket = await openRaw(port);
  if (options.half) socket.end(bytes);
  else socket.write(bytes);
  return readToEnd(socket);
}

export async function openRaw(port: number): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  socket.on("error", () => {});
  afterTest(() => socket.destroy());
  await new Promise((resolve) => socket.once("connect", resolve));
  return socket;
}

export function readToEnd(socket: Socket): Promise<string> {
  let all = "";
  socket.on("data", (chunk) => {
    all += chunk.toString("latin1");
  });
  return new Promise((resolve) => {
    socket.once("end", () => {
      socket.end();
      resolve(all);
    });
    socket.once("close", () => resolve(all));
  });
}

/** Resolves with what was read once it holds `part`. */
export function readUntil(socket: Socket, part: string): Promise<string> {
  let all = "";
  return new Promise((resolve, reject) => {
    const onData = (chunk: Buffer) => {
      all += chunk.toString("latin1");
      if (!all.includes(part)) return;
      socket.off("data", onData);
      resolve(all);
    };
    socket.on("data", onData);
    socket.once("close", () => reject(new Error(`closed before "${part}", after "${all}"`)));
  });
}

export interface Answer {
  status: number;
  headers: IncomingMessage["headers"];
  body: string;
  trailers: NodeJS.Dict<string>;
}
