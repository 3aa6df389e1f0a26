import { connect, type Socket } from "node:net";
import type { Address } from "@agentpod/core/runtime";
import type { Dispatcher } from "undici";
import Client from "undici/lib/dispatcher/client.js";

/** One keep-alive connection to an upstream, used by one request at a time. */
export interface Connection {
  send(request: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void;
  /** It has answered before: a failure may only mean that the upstream had closed it meanwhile. */
  isReused: boolean;
}

class PooledConnection implements Connection {
  readonly #client: InstanceType<typeof Client>;
  isReused = false;
  isClosed = false;

  constructor(address: Address, connectSeconds: number, onClose: (connection: PooledConnection) => void) {
    this.#client = new Client("http://upstream", {
      connect: connector(address, connectSeconds),
      pipelining: 1,
      allowH2: false,
      bodyTimeout: 0,
      maxHeaderSize: 65_536,
    });
    this.#client.on("disconnect", () => {
      this.isClosed = true;
      onClose(this);
    });
  }

  send(request: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void {
    this.#client.dispatch(request, handler);
  }

  destroy(): void {
    this.isClosed = true;
    void this.#client.destroy();
  }
}

/** Connections to one address. A free one is found at once however many there are; there is no limit but the clients'. */
export class ConnectionPool {
  readonly #address: Address;
  readonly #connectSeconds: number;
  readonly #idle: PooledConnection[] = [];
  #isRetired = false;

  constructor(address: Address, connectSeconds = 5) {
    this.#address = address;
    this.#connectSeconds = connectSeconds;
  }

  take(): Connection {
    return this.#idle.pop() ?? this.takeFresh();
  }

  /** One that was never used before. */
  takeFresh(): Connection {
    return new PooledConnection(this.#address, this.#connectSeconds, this.#onClose);
  }

  /** Gives a connection back after a whole answer. */
  release(connection: Connection): void {
    const pooled = connection as PooledConnection;
    pooled.isReused = true;
    if (pooled.isClosed || this.#isRetired) pooled.destroy();
    else this.#idle.push(pooled);
  }

  /** Ends a connection after a failure. */
  discard(connection: Connection): void {
    (connection as PooledConnection).destroy();
  }

  /** Closes idle connections now and the others when they are given back. */
  retire(): void {
    this.#isRetired = true;
    for (const connection of this.#idle.splice(0)) connection.destroy();
  }

  /** Back in service. */
  reopen(): void {
    this.#isRetired = false;
  }

  get idleCount(): number {
    return this.#idle.length;
  }

  readonly #onClose = (connection: PooledConnection): void => {
    const at = this.#idle.indexOf(connection);
    if (at !== -1) this.#idle.splice(at, 1);
  };
}

export class ConnectTimeout extends Error {
  readonly code = "ETIMEDOUT";
}

/** Opens a plain stream to an address; the callback gets the error or the open socket, once. */
export function openSocket(address: Address, seconds: number, callback: (error: Error | null, socket: Socket | null) => void): Socket {
  const socket = address.kind === "unix" ? connect(address.path) : connect(address.port, address.host);
  const timer = setTimeout(() => socket.destroy(new ConnectTimeout(`no connection within ${seconds} s`)), seconds * 1000);
  const onError = (error: Error) => {
    clearTimeout(timer);
    callback(error, null);
  };
  socket.once("error", onError);
  socket.once("connect", () => {
    clearTimeout(timer);
    socket.off("error", onError);
    if (address.kind === "tcp") socket.setNoDelay(true).setKeepAlive(true, 60_000);
    callback(null, socket);
  });
  return socket;
}

function connector(address: Address, seconds: number) {
  return (_options: unknown, callback: (...result: [null, Socket] | [Error, null]) => void): void => {
    openSocket(address, seconds, (error, socket) =>
      socket ? callback(null, socket) : callback(error ?? new Error("no connection"), null),
    );
  };
}
