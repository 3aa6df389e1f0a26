import { AppError } from "@agentpod/core/errors";
import { isPasswordOf } from "@agentpod/host/password-hash";

/** Each takes memory and a thread of the few that Node has; the access log and compression need those too. */
const mostAtOnce = 2;
const mostWaiting = 64;

/** Checks passwords for all routes, a few at a time. */
export class PasswordChecks {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  /** Whether it is the hash's password; a hash that cannot be checked is nobody's. Throws `unavailable` when too many wait. */
  async isRight(hash: string, password: string): Promise<boolean> {
    if (this.#running >= mostAtOnce) {
      if (this.#waiting.length >= mostWaiting) throw new AppError("unavailable", "Too many logins at once. Try again in a moment.");
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else this.#running += 1;
    try {
      return await isPasswordOf(hash, password);
    } catch (error) {
      if (error instanceof AppError && error.code === "invalid") return false;
      throw error;
    } finally {
      // Whoever waits next takes over the place.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }
}
