class IdleTooLong extends Error {
  readonly code = "IDLE_TIMEOUT";
}

/** Calls back once when nothing has happened for so long. */
export class IdleTimer {
  readonly #timer: NodeJS.Timeout;

  constructor(milliseconds: number, onIdle: (error: Error) => void) {
    this.#timer = setTimeout(() => onIdle(new IdleTooLong("no byte for too long")), milliseconds);
  }

  /** Something happened. */
  note(): void {
    this.#timer.refresh();
  }

  /** Harmless twice. */
  stop(): void {
    clearTimeout(this.#timer);
  }
}
