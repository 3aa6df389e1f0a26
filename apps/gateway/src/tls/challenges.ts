import { isIP } from "node:net";
import { createSecureContext } from "node:tls";
import { AppError } from "@agentpod/core/errors";
import type { Challenge } from "@agentpod/core/gateway-tls";
import { asciiHost } from "@agentpod/core/host-name";
import { tlsOptions } from "./tls-options.ts";

const mostChallenges = 10_000;

export type ChallengeCertificate = Challenge & { kind: "tls-alpn" };

/** What is answered for the sake of proofs, until other challenges take their place or the gateway ends. */
export class Challenges {
  #texts = new Map<string, string>();
  #certificates = new Map<string, ChallengeCertificate>();

  /** Whether any handshake may be one for `acme-tls/1`. */
  get hasTlsAlpn(): boolean {
    return this.#certificates.size > 0;
  }

  /** Replaces all of them. Throws `invalid` with the place of the fault; nothing changes then. */
  set(value: unknown): void {
    if (!Array.isArray(value) || value.length > mostChallenges)
      throw new AppError("invalid", `Challenges must be a list of ${mostChallenges} at most.`);
    const texts = new Map<string, string>();
    const certificates = new Map<string, ChallengeCertificate>();
    for (const [place, one] of value.entries()) {
      const challenge = check(one, place);
      if (challenge.kind === "http") texts.set(keyOf(challenge.host, challenge.path), challenge.body);
      else certificates.set(challenge.host, fitting(challenge, place));
    }
    this.#texts = texts;
    this.#certificates = certificates;
  }

  /** The text to answer with; undefined: no challenge. `path` may have a query. */
  textOf(host: string, path: string): string | undefined {
    if (this.#texts.size === 0) return undefined;
    const query = path.indexOf("?");
    return this.#texts.get(keyOf(host, query === -1 ? path : path.slice(0, query)));
  }

  /** For a handshake that offers `acme-tls/1` alone. */
  certificateFor(serverName: string): ChallengeCertificate | undefined {
    return this.#certificates.get(serverName);
  }
}

const keyOf = (host: string, path: string): string => `${host} ${path}`;

function check(value: unknown, place: number): Challenge {
  const { kind, host, path, body, chain, key } = (value ?? {}) as Record<string, unknown>;
  const isHost = typeof host === "string" && (asciiHost(host) === host || (kind === "http" && isIP(host) === 4));
  const isHttp = kind === "http" && typeof path === "string" && path.startsWith("/") && typeof body === "string" && body.length <= 65_536;
  const isTls = kind === "tls-alpn" && typeof chain === "string" && typeof key === "string";
  if (isHost && (isHttp || isTls)) return value as Challenge;
  throw new AppError("invalid", `The challenge at place ${place} must have a host and either path and body or chain and key.`, {
    issues: [{ path: String(place), expected: "a challenge: http (host, path, body) or tls-alpn (host, chain, key)" }],
  });
}

function fitting(challenge: ChallengeCertificate, place: number): ChallengeCertificate {
  try {
    createSecureContext({ ...tlsOptions, cert: challenge.chain, key: challenge.key });
    return challenge;
  } catch {
    throw new AppError("invalid", `The challenge certificate for ${challenge.host} and its key do not fit together.`, {
      issues: [{ path: `${place}.chain`, expected: "a certificate and its key in PEM" }],
    });
  }
}
