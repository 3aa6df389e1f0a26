import { createPrivateKey, X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { createSecureContext } from "node:tls";
import { AppError } from "@agentpod/core/errors";
import type { ServedCertificate } from "@agentpod/core/gateway-tls";
import { asciiHost } from "@agentpod/core/host-name";
import { tlsOptions } from "./tls-options.ts";

const block = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** A certificate as given, and when it ends. */
export interface CheckedCertificate {
  certificate: ServedCertificate;
  /** Milliseconds since 1970. */
  notAfter: number;
}

/** Whether a value can be served as a certificate. Throws `invalid` with its id (or place, where it has none) and never with its key. */
export function checkCertificate(value: unknown, place: number): CheckedCertificate {
  const fields = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  const id = typeof fields.id === "string" && fields.id !== "" ? fields.id : null;
  const need = (isRight: boolean, path: string, expected: string): void => {
    if (isRight) return;
    throw new AppError("invalid", `Certificate ${id ?? `at place ${place}`} cannot be served: its ${path} must be ${expected}.`, {
      issues: [{ path: `certificates.${place}.${path}`, expected }],
    });
  };
  need(id !== null, "id", "a text");
  const { names, chain, key, ocsp, isPublic } = fields;
  need(Array.isArray(names) && names.length > 0 && names.every(isName), "names", "lower-case host names, *.example.com or addresses");
  need(typeof isPublic === "boolean", "isPublic", "true or false");
  need(ocsp === null || (typeof ocsp === "string" && /^[A-Za-z0-9+/]+={0,2}$/.test(ocsp)), "ocsp", "base64 or null");
  need(typeof key === "string", "key", "PEM");
  const { leaf, notAfter } = need509(chain, need);
  const isFit = keyFits(leaf, key as string);
  need(isFit !== null, "key", "a private key in PEM without a password");
  need(isFit === true, "key", "the one that the certificate was made for");
  need(
    isTaken(chain as string, key as string),
    "chain",
    "one that TLS takes: RSA of 2048 bits or more, or ECDSA, signed with SHA-256 or better",
  );
  return { certificate: value as ServedCertificate, notAfter };
}

function need509(chain: unknown, need: (isRight: boolean, path: string, expected: string) => void) {
  const blocks = typeof chain === "string" ? (chain.match(block) ?? []) : [];
  const parsed = blocks.map(parse);
  need(parsed.length > 0 && !parsed.includes(null), "chain", "certificates in PEM, its own first");
  const leaf = parsed[0] as X509Certificate;
  return { leaf, notAfter: Date.parse(leaf.validTo) };
}

function parse(pem: string): X509Certificate | null {
  try {
    return new X509Certificate(pem);
  } catch {
    return null;
  }
}

/** Null: no key at all. */
function keyFits(leaf: X509Certificate, key: string): boolean | null {
  try {
    return leaf.checkPrivateKey(createPrivateKey(key));
  } catch {
    return null;
  }
}

function isTaken(chain: string, key: string): boolean {
  try {
    createSecureContext({ ...tlsOptions, cert: chain, key });
    return true;
  } catch {
    return false;
  }
}

const isName = (name: unknown): boolean => typeof name === "string" && (isIP(name) !== 0 || asciiHost(name, true) === name);
