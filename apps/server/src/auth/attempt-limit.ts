import { AppError } from "@agentpod/core/errors";
import { TooManyAttempts } from "../http-error.ts";
import { hashToken } from "./token-secret.ts";

/**
 * Counts different wrong secrets per client in fixed windows; memory is bounded by forgetting the oldest clients. Tokens are
 * too long to guess: this spares the database, and so each control plane counts for itself.
 */
export interface AttemptLimit {
  /**
   * Looks a secret up. The same wrong one again is no other guess, so that a program with an old token is no guesser; one
   * that was good before is always looked up, so that a client that shares its address with a guesser keeps working.
   * Throws `unauthenticated` where `find` gives null, `TooManyAttempts` where it is not even asked.
   */
  guard<T>(client: string, secret: string, find: () => Promise<T | null>): Promise<T>;
}

const maxClients = 10_000;
const remembered = 1000;

export function attemptLimit(clock: () => Date, options = { failures: 20, windowSeconds: 60 }): AttemptLimit {
  const windows = new Map<string, { endsAt: number; wrong: Set<string> }>();
  const good = new Set<string>();
  const current = (client: string) => {
    const window = windows.get(client);
    if (window !== undefined && window.endsAt > clock().getTime()) return window;
    windows.delete(client);
    return undefined;
  };
  const failed = (client: string, hash: string) => {
    const window = current(client);
    if (window !== undefined) {
      window.wrong.add(hash);
      return;
    }
    const oldest = windows.keys().next();
    if (windows.size >= maxClients && !oldest.done) windows.delete(oldest.value);
    windows.set(client, { endsAt: clock().getTime() + options.windowSeconds * 1000, wrong: new Set([hash]) });
  };
  return {
    async guard(client, secret, find) {
      const hash = hashToken(secret);
      const window = current(client);
      const isHeld = window !== undefined && window.wrong.size >= options.failures && !good.has(hash);
      const isKnownWrong = window?.wrong.has(hash) === true;
      if (isHeld && !isKnownWrong) throw new TooManyAttempts(Math.max(1, Math.ceil((window.endsAt - clock().getTime()) / 1000)));
      const found = isHeld ? null : await find();
      if (found === null) {
        good.delete(hash);
        failed(client, hash);
        throw new AppError("unauthenticated", "this token or login is unknown or has ended; log in again");
      }
      if (good.size >= remembered) good.clear();
      good.add(hash);
      return found;
    },
  };
}
