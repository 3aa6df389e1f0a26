import type { Server } from "node:http";
import { toAppError } from "@agentpod/core/errors";
import { listen } from "./listen.ts";

/** The routes' own ports: opened and closed as the table says. A port that cannot be opened is tried again at the next table. */
export class PublicPorts {
  readonly #host: string;
  readonly #create: () => Server;
  readonly #open = new Map<number, Server>();
  readonly #errors = new Map<number, string>();

  constructor(host: string, create: () => Server) {
    this.#host = host;
    this.#create = create;
  }

  /** Opens what is missing and closes what is not named. Resolves once each port is open or has its error. */
  async set(ports: readonly number[]): Promise<void> {
    for (const [port, server] of this.#open) if (!ports.includes(port)) this.#close(port, server);
    this.#errors.clear();
    await Promise.all(ports.filter((port) => !this.#open.has(port)).map((port) => this.#tryOpen(port)));
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
    } catch (error) {
      this.#errors.set(port, toAppError(error).message);
    }
  }

  #close(port: number, server: Server): void {
    this.#open.delete(port);
    server.close();
    server.closeIdleConnections();
  }
}
