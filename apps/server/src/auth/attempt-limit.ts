/** Counts different wrong secrets per client in fixed windows; memory is bounded by forgetting the oldest clients. */
export interface AttemptLimit {
  /**
   * Whether a secret (its hash) may be looked up: `wrong` was wrong a moment ago and is not looked up again, so that a
   * program with an old token is no guesser; a number is the seconds to wait.
   */
  check(client: string, hash: string): "try" | "wrong" | number;
  failed(client: string, hash: string): void;
}

const maxClients = 10_000;

export function attemptLimit(clock: () => Date, options = { failures: 20, windowSeconds: 60 }): AttemptLimit {
  const windows = new Map<string, { endsAt: number; wrong: Set<string> }>();
  const current = (client: string) => {
    const window = windows.get(client);
    if (window !== undefined && window.endsAt > clock().getTime()) return window;
    windows.delete(client);
    return undefined;
  };
  return {
    check(client, hash) {
      const window = current(client);
      if (window === undefined) return "try";
      if (window.wrong.has(hash)) return "wrong";
      if (window.wrong.size < options.failures) return "try";
      return Math.max(1, Math.ceil((window.endsAt - clock().getTime()) / 1000));
    },
    failed(client, hash) {
      const window = current(client);
      if (window !== undefined) {
        window.wrong.add(hash);
        return;
      }
      const oldest = windows.keys().next();
      if (windows.size >= maxClients && !oldest.done) windows.delete(oldest.value);
      windows.set(client, { endsAt: clock().getTime() + options.windowSeconds * 1000, wrong: new Set([hash]) });
    },
  };
}
