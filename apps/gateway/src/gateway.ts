import type { Server } from "node:http";
import type { GatewayObservation, RouteTable } from "@agentpod/core/route-table";
import { createDoor } from "./door.ts";
import type { GatewaySettings } from "./env.ts";
import { listen, listenPrivately } from "./listen.ts";
import { AccessLog } from "./log/access-log.ts";
import { logProcess } from "./log/process-log.ts";
import type { PageKind } from "./pages/page-kind.ts";
import { markInner } from "./proxy/peer.ts";
import type { ProxyContext } from "./proxy/proxy-context.ts";
import { Upstream } from "./proxy/upstream.ts";
import { WaitingRoom } from "./proxy/waiting-room.ts";
import { PublicPorts } from "./public-ports.ts";
import { frontRoutes, isPodHost } from "./routing/front-door.ts";
import type { RequestTarget } from "./routing/request-target.ts";
import type { Route } from "./routing/route.ts";
import { tableFile } from "./routing/table-file.ts";
import { serveRequest } from "./serve-request.ts";
import { ServedTable } from "./served-table.ts";
import { Https } from "./tls/https.ts";
import { WakeFeed } from "./wake-feed.ts";

/** The embedded gateway: the front door, the routes' own ports, the table in force and its log. */
export class EmbeddedGateway {
  readonly #settings: GatewaySettings;
  readonly #table: ServedTable;
  readonly #door: Server;
  readonly #inner: Server;
  readonly #ports: PublicPorts;
  readonly #waiting: WaitingRoom;
  readonly #context: ProxyContext;
  readonly #front: (path: string) => Route;
  readonly #frontUpstreams: Upstream[];
  readonly https: Https;
  readonly log: AccessLog;
  readonly wakes = new WakeFeed();
  readonly #since = new Date().toISOString();

  constructor(settings: GatewaySettings) {
    this.#settings = settings;
    this.log = new AccessLog(settings.stateDir);
    this.#waiting = new WaitingRoom((route) => this.wakes.emit({ route, waits: true }));
    this.#table = new ServedTable(
      tableFile(settings.stateDir),
      () => this.#onTable(),
      (route) => this.wakes.emit({ route, waits: false }),
    );
    const server = new Upstream("agentpod/server", { kind: "unix", path: settings.serverSocket });
    const dashboard = settings.dashboardSocket
      ? new Upstream("agentpod/dashboard", { kind: "unix", path: settings.dashboardSocket })
      : null;
    this.#front = frontRoutes(server, dashboard);
    this.#frontUpstreams = dashboard ? [server, dashboard] : [server];
    this.https = new Https(settings);
    this.#context = {
      trusted: settings.trustedProxies,
      log: this.log,
      waiting: this.#waiting,
      find: (target, localPort) => this.#find(target, localPort),
      https: this.https,
      isClosing: false,
    };
    this.#door = createDoor(this.#context);
    this.#inner = createDoor(this.#context).on("connection", markInner);
    this.#ports = new PublicPorts(
      settings.host,
      () => createDoor(this.#context),
      () => this.wakes.emit({ route: null, waits: false }),
    );
  }

  /** Serves the last table; resolves with the front door's port once it is open. An unreadable table is reported, not fatal. */
  async start(): Promise<number> {
    await this.#table.restore().catch((error: unknown) => {
      logProcess("error", "The last route table cannot be read; nothing is served until the control plane sends one.", {
        error: String(error),
      });
    });
    await this.https.start({
      http: createDoor(this.#context),
      serve: (request, response) => serveRequest(this.#context, request, response),
      onOpened: () => this.wakes.emit({ route: null, waits: false }),
    });
    await listenPrivately(this.#inner, this.#settings.innerSocket);
    await listen(this.#door, this.#settings.host, this.#settings.port);
    const address = this.#door.address();
    return typeof address === "object" && address !== null ? address.port : this.#settings.port;
  }

  /** `text`: the table as it came, where it came as JSON. */
  apply(table: RouteTable, text?: string): Promise<void> {
    return this.#table.apply(table, text);
  }

  observe(): GatewayObservation {
    const portErrors: Record<string, string> = {};
    for (const { entry } of this.#table.routes) {
      const error = entry.publicPort === null ? undefined : this.#ports.errorOf(entry.publicPort);
      if (error !== undefined) portErrors[entry.id] = error;
    }
    return {
      servedVersion: this.#table.version,
      since: this.#since,
      load: this.#table.upstreams.load(),
      portErrors,
      ...this.https.observe(),
    };
  }

  /** Routes at which a request waits now. */
  get waitedFor(): string[] {
    return this.#waiting.routes;
  }

  /** Takes nothing new, lets what is open end for so many seconds, then cuts it. Resolves when nothing is open. */
  async close(graceSeconds: number): Promise<void> {
    this.#context.isClosing = true;
    this.#ports.stop();
    this.#waiting.close();
    this.#table.upstreams.closeAll();
    for (const upstream of this.#frontUpstreams) {
      for (const tunnel of upstream.tunnels) tunnel.close();
      upstream.pool.retire();
    }
    const doors = [this.#door, this.#inner, ...this.#ports.servers];
    const cut = setTimeout(() => {
      for (const door of doors) door.closeAllConnections();
      this.https.cut();
    }, graceSeconds * 1000);
    await Promise.all([this.https.close(), ...doors.map((door) => new Promise<void>((resolve) => door.close(() => resolve())))]);
    clearTimeout(cut);
    await this.log.close();
  }

  #find(target: RequestTarget, localPort: number): Route | PageKind {
    const { router } = this.#table;
    const own = router.findByPort(localPort, target.path);
    const route = own === undefined ? router.find(target.host, target.path) : own;
    if (route === null) return "unknown-path";
    if (route !== undefined) return route;
    return isPodHost(target.host, this.#settings) ? "unknown-host" : this.#front(target.path);
  }

  async #onTable(): Promise<void> {
    this.#waiting.wake();
    await this.#ports.set(this.#table.router.ports);
  }
}
