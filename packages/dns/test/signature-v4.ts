import { createHash, createHmac } from "node:crypto";
import type { Received } from "./http-services-rig.ts";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();

/** What the three services document in the same words: the request's method, path, query, signed headers and body as one text. */
export function canonicalRequest({ method, url, headers, body }: Received, signed: readonly string[], bodyHash = sha256(body)): string {
  const { pathname, searchParams } = new URL(url, "http://x");
  const query = [...searchParams]
    .map(([name, value]) => `${strict(name)}=${strict(value)}`)
    .sort()
    .join("&");
  const lines = signed.map((name) => `${name}:${String(headers[name]).trim()}\n`).join("");
  return [method, pathname, query, lines, signed.join(";"), bodyHash].join("\n");
}

const strict = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

export interface SignedBy {
  /** `<prefix><secret>` is the first key: `AWS4` or `TC3`. */
  prefix: string;
  secret: string;
  /** `AWS4-HMAC-SHA256` or `TC3-HMAC-SHA256`. */
  algorithm: string;
  /** As the string to sign has it. */
  time: string;
  /** What the signing key is derived by, after the secret, e.g. date, region, service, `aws4_request`. */
  scope: readonly string[];
}

/** The signature of a canonical request by AWS Signature Version 4, and TC3, which is the same with other names. */
export function scopedSignature(canonical: string, { prefix, secret, algorithm, time, scope }: SignedBy): string {
  const text = [algorithm, time, scope.join("/"), sha256(canonical)].join("\n");
  const key = scope.reduce<string | Buffer>((found, part) => hmac(found, part), `${prefix}${secret}`);
  return hmac(key, text).toString("hex");
}

/** Credential, signed headers and signature of an `Authorization` header of that family. */
export function authorizationParts(header: string): { algorithm: string; credential: string[]; signed: string[]; signature: string } {
  const [, algorithm = "", credential = "", signed = "", signature = ""] =
    /^(\S+) Credential=([^,]+),\s*SignedHeaders=([^,]+),\s*Signature=([0-9a-f]+)$/.exec(header) ?? [];
  return { algorithm, credential: credential.split("/"), signed: signed.split(";"), signature };
}
