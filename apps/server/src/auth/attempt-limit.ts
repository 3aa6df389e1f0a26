/** Counts failed logins per client in fixed windows; memory is bounded by forgetting the oldest clients. */
export interface AttemptLimit {
  /** Seconds until this client may try again; 0 when it may now. */
  retryAfterSeconds(client: string): number;
  failed(client: string): void;
}

const maxClients = 10_000;

export function attemptLimit(clock: () => Date, options = { failures: 20, windowSeconds: 60 }): AttemptLimit {
  const windows = new Map<string, { endsAt: number; failures: number }>();
  const current = (client: string) => {
    const window = windows.get(client);
    if (window !== undefined && window.endsAt > clock().getTime()) return window;
    windows.delete(client);
    return undefined;
  };
  return {
    retryAfterSeconds(client) {
      const window = current(client);
      if (window === undefined || window.failures < options.failures) return 0;
      return Math.max(1, Math.ceil((window.endsAt - clock().getTime()) / 1000));
    },
    failed(client) {
      const window = current(client);
      if (window !== undefined) {
        window.failures += 1;
        return;
      }
      const oldest = windows.keys().next();
      if (windows.size >= maxClients && !oldest.done) windows.delete(oldest.value);
      windows.set(client, { endsAt: clock().getTime() + options.windowSeconds * 1000, failures: 1 });
    },
  };
}
