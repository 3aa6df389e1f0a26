interface Waiter {
  retry(): void;
  expire(): void;
  timer: NodeJS.Timeout;
}

/** Beyond it whoever comes is sent away at once: each waiter keeps a connection, and the one that wakes would be overrun. */
const mostPerRoute = 1000;

/** Requests that wait for a route to serve again. Nothing of theirs is read meanwhile: the client's own socket holds it. */
export class WaitingRoom {
  readonly #waiters = new Map<string, Set<Waiter>>();
  readonly #onWait: (route: string) => void;
  #isClosed = false;

  /** `onWait` is told the route whenever a request begins to wait. */
  constructor(onWait: (route: string) => void) {
    this.#onWait = onWait;
  }

  /** Calls `retry` at the next change of the table or `expire` at the time given, or at once where too many wait; once. Returns how to leave. */
  enter(route: string, until: number, retry: () => void, expire: () => void): () => void {
    const here = this.#waiters.get(route) ?? new Set();
    if (this.#isClosed || here.size >= mostPerRoute) {
      expire();
      return () => {};
    }
    const leave = () => {
      clearTimeout(waiter.timer);
      if (here.delete(waiter) && here.size === 0 && this.#waiters.get(route) === here) this.#waiters.delete(route);
    };
    const timer = setTimeout(
      () => {
        leave();
        expire();
      },
      Math.max(0, until - Date.now()),
    );
    const waiter: Waiter = { retry, expire, timer };
    here.add(waiter);
    this.#waiters.set(route, here);
    this.#onWait(route);
    return leave;
  }

  /** The table changed. */
  wake(): void {
    for (const waiter of this.#empty()) waiter.retry();
  }

  /** Nobody waits any more, now or later: the gateway is going. */
  close(): void {
    this.#isClosed = true;
    for (const waiter of this.#empty()) waiter.expire();
  }

  /** Routes at which somebody waits: for whoever was not there when they came. */
  get routes(): string[] {
    return [...this.#waiters.keys()];
  }

  #empty(): Waiter[] {
    const waiters = [...this.#waiters.values()].flatMap((here) => [...here]);
    this.#waiters.clear();
    for (const waiter of waiters) clearTimeout(waiter.timer);
    return waiters;
  }
}
