/** What we can write, the best first: zstd is several times as fast as brotli at the same size. */
const codings = ["zstd", "br", "gzip"] as const;

export type ContentCoding = (typeof codings)[number];

/**
 * The coding that a client likes best of ours by its Accept-Encoding headers (RFC 9110, 12.5.3); of equals our first.
 * Null: it takes none, or likes plain better.
 */
export function contentCoding(acceptEncoding: readonly string[]): ContentCoding | null {
  const qualities = new Map<string, number>();
  for (const part of acceptEncoding.join(",").slice(0, 1000).split(",")) {
    const match = /^\s*([a-z*][a-z0-9-]*|\*)\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?$/i.exec(part);
    if (match === null) continue;
    const name = (match[1] as string).toLowerCase().replace(/^x-gzip$/, "gzip");
    if (!qualities.has(name)) qualities.set(name, Math.min(1, Number(match[2] ?? "1")));
  }
  const anyOther = qualities.get("*") ?? 0;
  // Plain is always taken; how well it is liked counts only where the client says so.
  let best: { coding: ContentCoding | null; quality: number } = { coding: null, quality: qualities.get("identity") ?? 0 };
  for (const coding of codings) {
    const quality = qualities.get(coding) ?? anyOther;
    if (quality === 0) continue;
    if (quality > best.quality || (best.coding === null && quality === best.quality)) best = { coding, quality };
  }
  return best.coding;
}
