import type { Server } from "node:http";
import { toAppError } from "@agentpod/core/errors";
import { listen } from "./listen.ts";

const retryMs = 2000;

/** The routes' own ports: opened and closed as the table says. A port that a stranger holds is tried again until it is free. */
export class PublicPorts {
  readonly #host: string;
  readonly #create: () => Server;
  readonly #open = new Map<number, Server>();
  readonly #errors = new Map<number, string>();
  readonly #onOpened: () => void;
  /** One change after another: two that open one port at once would be strangers to each other. */
  #turn: Promise<void> = Promise.resolve();
  #retry: NodeJS.Timeout | undefined;

  /** `onOpened`: a port that could not be opened at first now is. */
  constructor(host: string, create: () => Server, onOpened: () => void = () => {}) {
    this.#host = host;
    this.#create = create;
    this.#onOpened = onOpened;
  }

  /** Opens what is missing and closes what is not named. Resolves once each port is open or has its error. */
  set(ports: readonly number[]): Promise<void> {
    this.#turn = this.#turn.then(async () => {
      for (const [port, server] of this.#open) if (!ports.includes(port)) this.#close(port, server);
      this.#errors.clear();
      await Promise.all(ports.filter((port) => !this.#open.has(port)).map((port) => this.#tryOpen(port)));
      this.#retryLater();
    });
    return this.#turn;
  }

  /** Tries no port again. */
  stop(): void {
    clearTimeout(this.#retry);
  }

  /** The reason why a port is not open. */
  errorOf(port: number): string | undefined {
    return this.#errors.get(port);
  }

  get servers(): Server[] {
    return [...this.#open.values()];
  }

  async #tryOpen(port: number): Promise<void> {
    const server = this.#create();
    try {
      await listen(server, this.#host, port);
      this.#open.set(port, server);
      this.#errors.delete(port);
    } catch (error) {
      this.#errors.set(port, toAppError(error).message);
    }
  }

  #retryLater(): void {
    clearTimeout(this.#retry);
    if (this.#errors.size === 0) return;
    this.#retry = setTimeout(() => {
      this.#turn = this.#turn.then(async () => {
        const blocked = [...this.#errors.keys()];
        await Promise.all(blocked.map((port) => this.#tryOpen(port)));
        if (this.#errors.size < blocked.length) this.#onOpened();
        this.#retryLater();
      });
    }, retryMs).unref();
  }

  #close(port: number, server: Server): void {
    this.#open.delete(port);
    server.close();
    server.closeIdleConnections();
  }
}
