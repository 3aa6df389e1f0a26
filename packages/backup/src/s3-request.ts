import { createHash, createHmac } from "node:crypto";
import type { S3Credentials, S3Target } from "@agentpod/core/backup-target";
import { SignatureV4 } from "@smithy/signature-v4";

export interface S3Request {
  method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
  url: string;
  headers: Record<string, string>;
  body: Buffer | null;
}

/** One call to an S3 service, before it is signed. */
export interface S3Call {
  method: S3Request["method"];
  /** Key of the object; empty: the bucket itself. */
  key: string;
  query?: Record<string, string>;
  body?: Buffer;
}

/** As the signer wants hashes. */
class Sha256 {
  readonly #hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash("sha256") : createHmac("sha256", asBytes(secret));
  }
  update(data: Uint8Array | string): void {
    this.#hash.update(data);
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
}

function asBytes(secret: string | ArrayBuffer | ArrayBufferView): Buffer {
  if (typeof secret === "string") return Buffer.from(secret);
  return ArrayBuffer.isView(secret) ? Buffer.from(secret.buffer, secret.byteOffset, secret.byteLength) : Buffer.from(secret);
}

/** A call as it goes over the wire: AWS Signature Version 4 over the method, the way, the query, host, date and the body's SHA-256. */
export async function signedRequest(
  { endpoint, region, bucket, pathStyle }: S3Target,
  credentials: S3Credentials,
  { method, key, query = {}, body }: S3Call,
  now: Date,
): Promise<S3Request> {
  const base = new URL(endpoint);
  const host = pathStyle ? base.host : `${bucket}.${base.host}`;
  const folder = base.pathname.replace(/\/+$/, "");
  const path = `${folder}${pathStyle ? `/${bucket}` : ""}/${key.split("/").map(encode).join("/")}`;
  const signer = new SignatureV4({ service: "s3", region, credentials, sha256: Sha256, uriEscapePath: false, applyChecksum: true });
  const signed = await signer.sign(
    {
      method,
      protocol: base.protocol,
      hostname: host,
      path,
      query,
      headers: {
        host,
        "x-amz-content-sha256": createHash("sha256")
          .update(body ?? "")
          .digest("hex"),
      },
      ...(body && { body }),
    },
    { signingDate: now },
  );
  const { host: _host, ...headers } = signed.headers;
  const search = Object.entries(query).map(([name, value]) => `${encode(name)}=${encode(value)}`);
  return {
    method,
    url: `${base.protocol}//${host}${path}${search.length > 0 ? `?${search.join("&")}` : ""}`,
    headers: { ...headers, ...(body && { "content-length": String(body.length) }) },
    body: body ?? null,
  };
}

/** As RFC 3986 has it, and the service when it checks. */
const encode = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
