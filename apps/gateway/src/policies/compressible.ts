import { headerValues, withoutHeader, withVary } from "./header-values.ts";

const leastBytes = 1024;
const withoutContent = new Set([204, 205, 206, 304]);

/** Text by another name. What is compressed in itself (pictures, films, fonts for the web, archives) only grows. */
const textLike =
  /^(?:text\/(?!event-stream)[a-z0-9.+-]+|application\/(?:json|javascript|x-javascript|ecmascript|xml|wasm|manifest\+json|x-ndjson|jsonl|graphql|rtf|sql|toml|yaml|x-yaml|x-sh|vnd\.ms-fontobject|[a-z0-9.-]+\+(?:json|xml|yaml|text))|image\/(?:svg\+xml|bmp|x-icon|vnd\.microsoft\.icon)|font\/(?:ttf|otf)|model\/gltf\+json)$/;

/**
 * Whether an answer may be compressed for clients that take it. Not without a body, below 1 kB, in parts (a range
 * counts the plain bytes), where the upstream forbids it or vouches for the bytes, and no event stream: its events must
 * not wait for each other.
 */
export function isCompressible(status: number, headers: readonly string[]): boolean {
  if (status < 200 || withoutContent.has(status)) return false;
  const value = (name: string) => headerValues(headers, name).join(",").toLowerCase();
  const type = value("content-type").split(";")[0]?.trim() ?? "";
  if (!textLike.test(type)) return false;
  const encoding = value("content-encoding").trim();
  if (encoding !== "" && encoding !== "identity") return false;
  if (/(?:^|,)\s*no-transform\s*(?:,|$)/.test(value("cache-control"))) return false;
  if (["content-range", "content-digest", "digest", "content-md5"].some((name) => value(name) !== "")) return false;
  const length = value("content-length");
  return length === "" || Number(length) >= leastBytes;
}

/** The headers of the same answer once compressed. */
export function compressedHeaders(headers: readonly string[], coding: string): string[] {
  let list = headers as string[];
  // A range of what we send cannot be asked for at the upstream.
  for (const name of ["content-length", "accept-ranges", "content-encoding"]) list = withoutHeader(list, name);
  list = list.map((text, i) => (i % 2 === 1 && /^etag$/i.test(list[i - 1] as string) && text.startsWith('"') ? `W/${text}` : text));
  return [...variedHeaders(list), "content-encoding", coding];
}

/** The headers of an answer that another client would get compressed. */
export const variedHeaders = (headers: readonly string[]): string[] => withVary(headers, ["Accept-Encoding"]);
