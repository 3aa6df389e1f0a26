import { createHmac, randomBytes } from "node:crypto";
import { validateHeaderValue } from "node:http";
import type { RoutePolicies } from "@agentpod/core/route-policies";
import { addressKey } from "./address-key.ts";
import { basicCredentials, type Credentials } from "./basic-credentials.ts";
import type { PasswordChecks } from "./password-checks.ts";
import { TokenBuckets } from "./token-buckets.ts";

type Policy = NonNullable<RoutePolicies["basicAuth"]>;

/** `retrySeconds`: too many wrong ones came from this address, or too many come at once. */
export type Login = "right" | "wrong" | { retrySeconds: number };

const rememberMilliseconds = 300_000;
const mostRemembered = 1000;
const wrongPerMinute = 10;
const busySeconds = 2;

/** Who may come in to one route. Credentials that were right are remembered for five minutes, as a keyed hash. */
export class BasicAuth {
  /** Value of WWW-Authenticate. */
  readonly challenge: string;
  readonly #hashes: ReadonlyMap<string, string>;
  /** Checked for unknown users, so that they take as long as known ones. */
  readonly #nobody: string;
  readonly #checks: PasswordChecks;
  readonly #key = randomBytes(32);
  readonly #right = new Map<string, number>();
  readonly #running = new Map<string, Promise<Login>>();
  readonly #wrong = new TokenBuckets({ tokens: wrongPerMinute, perMilliseconds: 60_000, burst: wrongPerMinute });

  /** Throws for a realm that is no header's value. */
  constructor({ realm, users }: Policy, checks: PasswordChecks) {
    this.challenge = `Basic realm="${realm}", charset="UTF-8"`;
    validateHeaderValue("www-authenticate", this.challenge);
    this.#hashes = new Map(users.map((user) => [user.name.normalize("NFC"), user.passwordHash]));
    this.#nobody = impossible(users[0]?.passwordHash ?? "");
    this.#checks = checks;
  }

  /** Judges the Authorization headers of a request; none or several are `wrong` without being counted. Never rejects. */
  login(authorization: readonly string[], client: string, now: number): Login | Promise<Login> {
    const given = authorization.length === 1 ? basicCredentials(authorization[0] as string) : null;
    if (given === null) return "wrong";
    const id = this.#idOf(given);
    if ((this.#right.get(id) ?? 0) > now) return "right";
    // A page's parts are asked for all at once.
    const running = this.#running.get(id);
    if (running !== undefined) return running;
    const origin = addressKey(client);
    const tried = this.#wrong.take(origin, origin, now);
    if (!tried.isAllowed) return { retrySeconds: Math.ceil(tried.waitMilliseconds / 1000) };
    const check = this.#check(given, id, origin, now).finally(() => this.#running.delete(id));
    this.#running.set(id, check);
    return check;
  }

  async #check({ name, password }: Credentials, id: string, origin: string, now: number): Promise<Login> {
    try {
      const hash = this.#hashes.get(name.normalize("NFC"));
      const isRight = await this.#checks.isRight(hash ?? this.#nobody, password);
      if (!isRight || hash === undefined) return "wrong";
    } catch {
      this.#wrong.giveBack(origin, origin);
      return { retrySeconds: busySeconds };
    }
    this.#wrong.giveBack(origin, origin);
    this.#remember(id, now + rememberMilliseconds);
    return "right";
  }

  #remember(id: string, until: number): void {
    const oldest = this.#right.keys().next().value;
    if (this.#right.size >= mostRemembered && oldest !== undefined) this.#right.delete(oldest);
    this.#right.delete(id);
    this.#right.set(id, until);
  }

  #idOf({ name, password }: Credentials): string {
    return createHmac("sha256", this.#key).update(`${name}:${password}`).digest("base64");
  }
}

/** A hash that costs what the given one costs and is of no password anybody knows. */
function impossible(hash: string): string {
  const cost = hash.split(":").slice(0, 4);
  return [...cost, randomBytes(16).toString("base64url"), randomBytes(32).toString("base64url")].join(":");
}
