/** Bytes that stand for a token where no provider has counted: more than most texts need, so an estimate is rarely too low. */
const bytesPerToken = 3;
/** What a picture or a document counts, however long its base64 is. */
const attachmentTokens = 1600;
/** Where a call does not say how long its answer may become. */
export const usualOutputTokens = 1024;

const deepest = 64;

/** Tokens of a text, estimated. */
export const textTokens = (text: string): number => Math.ceil(utf8Bytes(text) / bytesPerToken);

/** Tokens of so many bytes of text, estimated. */
export const byteTokens = (bytes: number): number => Math.ceil(bytes / bytesPerToken);

/** Tokens that a request's body puts in, estimated: every text and key in it; what is attached as base64 counts as one picture. */
export function inputTokens(body: unknown, depth = 0): number {
  if (typeof body === "string") return body.startsWith("data:") && body.includes(";base64,") ? attachmentTokens : textTokens(body);
  if (typeof body === "number" || typeof body === "boolean") return 1;
  if (body === null || typeof body !== "object" || depth > deepest) return 0;
  if (Array.isArray(body)) return body.reduce((sum: number, one) => sum + inputTokens(one, depth + 1), 0);
  const isAttachment = "data" in body && ("media_type" in body || "format" in body) && typeof body.data === "string";
  return Object.entries(body).reduce(
    (sum, [key, value]) => sum + (isAttachment && key === "data" ? attachmentTokens : textTokens(key) + inputTokens(value, depth + 1)),
    0,
  );
}

/** Length of a text in UTF-8. */
export function utf8Bytes(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    // A surrogate pair is four bytes: two for each half.
    if (code > 0x7f) bytes += code > 0x7ff && (code < 0xd800 || code > 0xdfff) ? 2 : 1;
  }
  return bytes;
}

/** What is said about a text, and was not written by a model. */
const labels = new Set(["type", "role", "id", "object", "model", "finish_reason"]);

/** Bytes of all texts in a value, without its keys and what is only said about them. */
export function textBytes(value: unknown, depth = 0): number {
  if (typeof value === "string") return utf8Bytes(value);
  if (value === null || typeof value !== "object" || depth > deepest) return 0;
  return Object.entries(value).reduce((sum, [key, one]) => (labels.has(key) ? sum : sum + textBytes(one, depth + 1)), 0);
}
