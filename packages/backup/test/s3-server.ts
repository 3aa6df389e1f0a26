import { createHash, createHmac, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

export interface S3Server {
  url: string;
  objects: Map<string, Buffer>;
  /** Parts of uploads that were neither put together nor given up. */
  uploads: Map<string, Map<number, { bytes: Buffer; tag: string }>>;
  /** Called before each request that was signed well; what it gives is the answer: a status and a code. */
  fail: (method: string, path: string, query: URLSearchParams) => [status: number, code: string] | "hang up" | null;
  /** Of each answer: method, path and status. */
  log: string[];
  close(): Promise<void>;
}

const leastPart = 5 * 1024 * 1024;

/** Buckets as Amazon's documentation describes them, with every signature, hash and date checked by what it says and not by a library. */
export async function startS3Server(accessKeyId: string, secretAccessKey: string, bucket: string, region = "us-east-1"): Promise<S3Server> {
  const server: S3Server = { url: "", objects: new Map(), uploads: new Map(), fail: () => null, log: [], close: async () => undefined };
  const http = createServer((request, response) => {
    void answer(request, response).catch(() => response.destroy());
  });
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const url = new URL(request.url ?? "/", server.url);
    const say = (status: number, text = "", headers: Record<string, string> = {}): void => {
      server.log.push(`${request.method} ${url.pathname}${url.search.slice(0, 10)} ${status}`);
      response.writeHead(status, headers).end(text);
    };
    const error = (status: number, code: string): void => say(status, `<?xml version="1.0"?><Error><Code>${code}</Code></Error>`);
    const wrong = signatureProblem(request, url, body, { accessKeyId, secretAccessKey, region });
    if (wrong !== null) return error(403, wrong);
    const asked = server.fail(request.method ?? "", url.pathname, url.searchParams);
    if (asked === "hang up") return void response.destroy();
    if (asked !== null) return error(...asked);
    const [, first = "", ...rest] = decodeURIComponent(url.pathname).split("/");
    if (first !== bucket) return error(404, "NoSuchBucket");
    const key = rest.join("/");
    const upload = url.searchParams.get("uploadId");
    const parts = upload === null ? undefined : server.uploads.get(upload);
    if (upload !== null && parts === undefined) return error(404, "NoSuchUpload");
    if (request.method === "POST" && url.searchParams.has("uploads")) {
      const id = randomUUID();
      server.uploads.set(id, new Map());
      return say(200, `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`);
    }
    if (request.method === "PUT" && parts !== undefined) {
      const tag = `"${createHash("md5").update(body).digest("hex")}"`;
      parts.set(Number(url.searchParams.get("partNumber")), { bytes: body, tag });
      return say(200, "", { etag: tag });
    }
    if (request.method === "POST" && parts !== undefined) {
      const listed = [...body.toString().matchAll(/<PartNumber>(\d+)<\/PartNumber><ETag>([^<]+)<\/ETag>/g)];
      const found = listed.map(([, number, tag]) => ({ part: parts.get(Number(number)), tag: tag?.replaceAll("&quot;", '"') }));
      if (found.length === 0 || found.some(({ part, tag }) => part?.tag !== tag)) return error(400, "InvalidPart");
      if (found.slice(0, -1).some(({ part }) => (part?.bytes.length ?? 0) < leastPart)) return error(400, "EntityTooSmall");
      server.objects.set(key, Buffer.concat(found.map(({ part }) => part?.bytes ?? Buffer.alloc(0))));
      server.uploads.delete(upload ?? "");
      return say(200, "<CompleteMultipartUploadResult/>");
    }
    if (request.method === "DELETE" && upload !== null) {
      server.uploads.delete(upload);
      return say(204);
    }
    if (request.method === "PUT") {
      server.objects.set(key, body);
      return say(200);
    }
    if (request.method === "DELETE") {
      server.objects.delete(key);
      return say(204);
    }
    const object = server.objects.get(key);
    if (object === undefined) return error(404, "NoSuchKey");
    server.log.push(`${request.method} ${url.pathname} 200`);
    response.writeHead(200, { "content-length": String(object.length) });
    response.end(object);
  }
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  server.url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  server.close = async () => {
    http.closeAllConnections();
    await new Promise((resolve) => http.close(resolve));
  };
  return server;
}

const sha256 = (data: Buffer | string): string => createHash("sha256").update(data).digest("hex");
const hmac = (key: Buffer | string, data: string): Buffer => createHmac("sha256", key).update(data).digest();
const encode = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);

/** The code that the service answers a badly signed request with; null: it is signed as it should be. */
function signatureProblem(
  { headers, method }: IncomingMessage,
  url: URL,
  body: Buffer,
  { accessKeyId, secretAccessKey, region }: { accessKeyId: string; secretAccessKey: string; region: string },
): string | null {
  const pattern =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})$/;
  const [, key, day = "", place, names = "", signature] = pattern.exec(headers.authorization ?? "") ?? [];
  if (key === undefined) return "AccessDenied";
  if (key !== accessKeyId) return "InvalidAccessKeyId";
  if (place !== region) return "AuthorizationHeaderMalformed";
  const at = String(headers["x-amz-date"] ?? "");
  const time = Date.parse(at.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  if (!at.startsWith(day) || !(Math.abs(Date.now() - time) < 15 * 60_000)) return "RequestTimeTooSkewed";
  if (headers["x-amz-content-sha256"] !== sha256(body)) return "XAmzContentSHA256Mismatch";
  const signed = names.split(";");
  if (!signed.includes("host") || Object.keys(headers).some((name) => name.startsWith("x-amz-") && !signed.includes(name)))
    return "AccessDenied";
  const query = [...url.searchParams]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join("&");
  const path = url.pathname
    .split("/")
    .map((part) => encode(decodeURIComponent(part)))
    .join("/");
  const listed = signed.map((name) => `${name}:${String(headers[name] ?? "").trim()}\n`).join("");
  const canonical = [method, path, query, listed, names, sha256(body)].join("\n");
  const scope = `${day}/${region}/s3/aws4_request`;
  const text = ["AWS4-HMAC-SHA256", at, scope, sha256(canonical)].join("\n");
  const signing = [day, region, "s3", "aws4_request"].reduce<Buffer | string>(
    (secret, part) => hmac(secret, part),
    `AWS4${secretAccessKey}`,
  );
  return hmac(signing, text).toString("hex") === signature ? null : "SignatureDoesNotMatch";
}
