import { createServer as createHttpServer, type Server as HttpServer } from "node:http";
import { createServer, type Server } from "node:net";
import { constants } from "node:os";
import type { Duplex } from "node:stream";
import { AppError } from "@agentpod/core/errors";
import type { UnitRun } from "@agentpod/core/runtime";
import type { MemoryFiles } from "./memory-files.ts";
import type { MemoryLog } from "./memory-log.ts";
import type { MemoryBehaviour, MemoryProgram, MemoryUnit } from "./memory-program.ts";
import { socketPair } from "./socket-pair.ts";

/** What a program without any memory of its own counts as using. */
const baseBytes = 8 * 1024 * 1024;

export interface RunEnd {
  code: number;
  oomKilled: boolean;
}

/** One run of a program: its connections, what it counts as using, and its end. */
export class MemoryRun {
  readonly pid: number;
  /** Resolves when the run has ended. */
  readonly end: Promise<void>;
  memoryBytes = baseBytes;
  processes = 1;
  /** Its figures were asked for before. */
  wasSampled = false;
  readonly #ended = new AbortController();
  readonly #resolve: () => void;
  #onEnd: (end: RunEnd) => void = () => {};
  readonly #http = new Map<string, HttpServer>();
  readonly #sockets = new Set<Duplex>();
  #listeners: Server[] = [];
  #behaviour: MemoryBehaviour = {};
  readonly #run: UnitRun;
  readonly #log: MemoryLog;

  constructor(run: UnitRun, log: MemoryLog, pid: number) {
    this.#run = run;
    this.#log = log;
    this.pid = pid;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.end = promise;
    this.#resolve = resolve;
  }

  get behaviour(): MemoryBehaviour {
    return this.#behaviour;
  }

  /** Aborts at the end of the run. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  /** Called once, in the moment the run ends. */
  onEnd(listener: (end: RunEnd) => void): void {
    this.#onEnd = listener;
  }

  /** Opens the unit's ports on loopback. Throws `conflict` when one is taken; none is open then. */
  async listen(): Promise<void> {
    try {
      for (const port of this.#run.ports) this.#listeners.push(await listenOn(port.host, (socket) => this.#connected(socket, port.name)));
    } catch (error) {
      this.#closeListeners();
      throw error;
    }
  }

  start(program: MemoryProgram, files: MemoryFiles): void {
    const unit: MemoryUnit = {
      run: this.#run,
      pid: this.pid,
      files,
      ended: this.#ended.signal,
      print: (stream, text) => {
        if (!this.ended.aborted) this.#log.print(stream, text);
      },
      exit: (code) => this.exit({ code, oomKilled: false }),
      allocate: (bytes) => {
        this.memoryBytes += bytes;
        if (this.memoryBytes > this.#run.resources.memoryMb * 1024 * 1024) this.exit({ code: 137, oomKilled: true });
      },
      fork: (count) => {
        const allowed = Math.min(count, this.#run.resources.pids - this.processes);
        this.processes += allowed;
        return count - allowed;
      },
    };
    this.attempt(() => {
      this.#behaviour = program(unit);
      // A program that opens no port is not listening, whatever the engine publishes.
      if (!this.#serves()) this.#closeListeners();
    });
  }

  /** The stop signal; one that is not TERM ends a program as it does one without a handler. */
  term(): void {
    const { stopSignal } = this.#run;
    if (stopSignal !== null && stopSignal !== "SIGTERM") this.exit({ code: 128 + constants.signals[stopSignal], oomKilled: false });
    else if (this.#behaviour.term) this.attempt(() => this.#behaviour.term?.());
    else this.exit({ code: 143, oomKilled: false });
  }

  exit(end: RunEnd): void {
    if (this.ended.aborted) return;
    this.#log.flush();
    this.#ended.abort();
    this.#closeListeners();
    for (const socket of this.#sockets) hangUp(socket);
    this.#onEnd(end);
    this.#resolve();
  }

  /** A connection to a port. `unavailable` when nothing listens. */
  connect(port: string): Duplex {
    if (this.ended.aborted || !this.#serves()) throw new AppError("unavailable", `nothing listens on port ${port} of ${this.#run.id.unit}`);
    const { near, far } = socketPair();
    this.#connected(far, port);
    return near;
  }

  /** A program that throws has crashed: its message goes to its log, and it ends with 1. */
  attempt(work: () => void | Promise<void>): void {
    const crash = (error: unknown): void => {
      if (!this.ended.aborted) this.#log.print("stderr", `${error instanceof Error ? error.stack : String(error)}\n`);
      this.exit({ code: 1, oomKilled: false });
    };
    try {
      Promise.resolve(work()).catch(crash);
    } catch (error) {
      crash(error);
    }
  }

  #serves(): boolean {
    return this.#behaviour.request !== undefined || this.#behaviour.upgrade !== undefined;
  }

  #connected(socket: Duplex, port: string): void {
    this.#sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.once("close", () => this.#sockets.delete(socket));
    this.#server(port).emit("connection", socket);
  }

  #server(port: string): HttpServer {
    const known = this.#http.get(port);
    if (known) return known;
    const server = createHttpServer((request, response) => {
      const { request: answer } = this.#behaviour;
      if (answer) this.attempt(() => answer(request, response, port));
      else response.writeHead(404).end();
    });
    server.on("upgrade", (request, socket, head) => {
      const { upgrade } = this.#behaviour;
      if (upgrade) this.attempt(() => upgrade(request, socket, head, port));
      else socket.end("HTTP/1.1 404 Not Found\r\nconnection: close\r\n\r\n");
    });
    this.#http.set(port, server);
    return server;
  }

  #closeListeners(): void {
    for (const listener of this.#listeners) listener.close();
    this.#listeners = [];
  }
}

function listenOn(port: number, connected: (socket: Duplex) => void): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer(connected);
    server.once("error", (cause: NodeJS.ErrnoException) =>
      reject(
        cause.code === "EADDRINUSE"
          ? new AppError("conflict", `port ${port} is in use by another program`, { cause, fault: "system" })
          : new AppError("unavailable", `port ${port} cannot be opened: ${cause.message}`, { cause }),
      ),
    );
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}

/** As a kernel does for a process that is gone: what was written still arrives, then the end. */
function hangUp(socket: Duplex): void {
  socket.end();
  socket.resume();
}
