interface Waiter {
  retry(): void;
  expire(): void;
  timer: NodeJS.Timeout;
}

/** Requests that wait for a route to serve again. Nothing of theirs is read meanwhile: the client's own socket holds it. */
export class WaitingRoom {
  readonly #waiters = new Set<Waiter>();
  readonly #onWait: (route: string) => void;
  #isClosed = false;

  /** `onWait` is told the route whenever a request begins to wait. */
  constructor(onWait: (route: string) => void) {
    this.#onWait = onWait;
  }

  /** Calls `retry` at the next change of the table or `expire` at the time given, whichever comes first; once. Returns how to leave. */
  enter(route: string, until: number, retry: () => void, expire: () => void): () => void {
    if (this.#isClosed) {
      expire();
      return () => {};
    }
    const leave = () => {
      clearTimeout(waiter.timer);
      this.#waiters.delete(waiter);
    };
    const timer = setTimeout(
      () => {
        leave();
        expire();
      },
      Math.max(0, until - Date.now()),
    );
    const waiter: Waiter = { retry, expire, timer };
    this.#waiters.add(waiter);
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

  get count(): number {
    return this.#waiters.size;
  }

  #empty(): Waiter[] {
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    for (const waiter of waiters) clearTimeout(waiter.timer);
    return waiters;
  }
}
