import type { Address } from "@agentpod/core/runtime";
import { Connection } from "./connection.ts";

/** Many servers close a connection that was unused for five seconds. */
const idleMilliseconds = 4000;
/** An upstream that says how long it waits is believed, less what a request may be on its way. */
const marginMilliseconds = 2000;
const mostIdleMilliseconds = 600_000;
const sweepMilliseconds = 1000;

interface Idle {
  connection: Connection;
  /** Milliseconds since 1970. */
  until: number;
}

/** Connections to one address. A free one is found at once however many there are; there is no limit but the clients'. */
export class ConnectionPool {
  readonly #address: Address;
  readonly #connectSeconds: number;
  #idle: Idle[] = [];
  #isRetired = false;
  #sweep: NodeJS.Timeout | null = null;

  constructor(address: Address, connectSeconds = 5) {
    this.#address = address;
    this.#connectSeconds = connectSeconds;
  }

  take(): Connection {
    const idle = this.#idle.pop();
    if (idle === undefined) return this.takeFresh();
    if (idle.until > Date.now()) return idle.connection;
    idle.connection.destroy();
    return this.take();
  }

  /** One that was never used before. */
  takeFresh(): Connection {
    return new Connection(this.#address, this.#connectSeconds, this.#onClose);
  }

  /** Gives a connection back after a whole answer. */
  release(connection: Connection): void {
    const wait = waitOf(connection.keepAliveSeconds);
    if (!connection.isReusable || this.#isRetired || wait <= 0) {
      connection.destroy();
      return;
    }
    connection.isReused = true;
    this.#idle.push({ connection, until: Date.now() + wait });
    this.#sweep ??= setTimeout(this.#closeOld, sweepMilliseconds).unref();
  }

  /** Ends a connection after a failure. */
  discard(connection: Connection): void {
    connection.destroy();
  }

  /** Closes idle connections now and the others when they are given back. */
  retire(): void {
    this.#isRetired = true;
    for (const { connection } of this.#idle.splice(0)) connection.destroy();
  }

  /** Back in service. */
  reopen(): void {
    this.#isRetired = false;
  }

  readonly #closeOld = (): void => {
    const now = Date.now();
    const old = this.#idle.filter(({ until }) => until <= now);
    this.#idle = this.#idle.filter(({ until }) => until > now);
    for (const { connection } of old) connection.destroy();
    this.#sweep = this.#idle.length === 0 ? null : setTimeout(this.#closeOld, sweepMilliseconds).unref();
  };

  readonly #onClose = (connection: Connection): void => {
    const at = this.#idle.findIndex((idle) => idle.connection === connection);
    if (at !== -1) this.#idle.splice(at, 1);
  };
}

function waitOf(keepAliveSeconds: number | null): number {
  if (keepAliveSeconds === null) return idleMilliseconds;
  return Math.min(keepAliveSeconds * 1000 - marginMilliseconds, mostIdleMilliseconds);
}
