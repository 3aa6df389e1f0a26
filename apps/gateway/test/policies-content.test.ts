import { describe, expect, it } from "vitest";
import { compressedHeaders, isCompressible, variedHeaders } from "../src/policies/compressible.ts";
import { contentCoding } from "../src/policies/content-coding.ts";

describe("P7 compress: which coding", () => {
  it.each<[string, string | null]>([
    ["", null],
    ["gzip", "gzip"],
    ["x-gzip", "gzip"],
    ["GZIP", "gzip"],
    ["gzip, deflate, br, zstd", "zstd"],
    ["gzip, deflate, br", "br"],
    ["br;q=0.5, gzip", "gzip"],
    ["br; q=0, gzip;q=0.001", "gzip"],
    ["*", "zstd"],
    ["*;q=0", null],
    ["zstd;q=0, *", "br"],
    ["identity", null],
    ["identity;q=1, gzip;q=0.5", null],
    ["identity;q=0.5, gzip;q=0.5", "gzip"],
    ["identity;q=0, *;q=0", null],
    ["gzip;q=2", null],
    ["gzip;q=x", null],
    ["deflate, compress", null],
    [`${"a,".repeat(5000)}gzip`, null],
  ])("Accept-Encoding %j → %s", (header, coding) => expect(contentCoding(header === "" ? [] : [header])).toBe(coding));

  it("several headers are one list", () => expect(contentCoding(["gzip", "br"])).toBe("br"));
});

describe("P7 compress: which answers", () => {
  const plain = ["content-type", "text/html; charset=utf-8", "content-length", "5000"];
  it.each<[string, number, string[], boolean]>([
    ["a page", 200, plain, true],
    ["a page without a length", 200, ["Content-Type", "Text/HTML"], true],
    ["an error page", 500, plain, true],
    ["JSON", 200, ["content-type", "application/json"], true],
    ["problem+json", 404, ["content-type", "application/problem+json"], true],
    ["SVG", 200, ["content-type", "image/svg+xml"], true],
    ["WebAssembly", 200, ["content-type", "application/wasm"], true],
    ["less than 1 kB", 200, ["content-type", "text/css", "content-length", "1023"], false],
    ["1 kB", 200, ["content-type", "text/css", "content-length", "1024"], true],
    ["a picture", 200, ["content-type", "image/png"], false],
    ["no type", 200, [], false],
    ["an event stream", 200, ["content-type", "text/event-stream"], false],
    ["a part", 206, [...plain, "content-range", "bytes 0-4999/9000"], false],
    ["a range by its header", 200, [...plain, "content-range", "bytes 0-4999/9000"], false],
    ["nothing", 204, plain, false],
    ["not modified", 304, plain, false],
    ["compressed already", 200, [...plain, "Content-Encoding", "br"], false],
    ["an identity coding", 200, [...plain, "content-encoding", "identity"], true],
    ["no-transform", 200, [...plain, "cache-control", "public, No-Transform"], false],
    ["a digest", 200, [...plain, "content-digest", "sha-256=:x:"], false],
  ])("%s (%i): %s", (_, status, headers, expected) => expect(isCompressible(status, headers)).toBe(expected));

  it("the head of a compressed answer: no length, no ranges, a weak ETag, one Vary", () => {
    const headers = [...plain, "ETag", '"abc"', "Vary", "Origin", "accept-ranges", "bytes", "vary", "Cookie"];
    expect(compressedHeaders(headers, "zstd")).toEqual([
      "content-type",
      "text/html; charset=utf-8",
      "ETag",
      'W/"abc"',
      "vary",
      "Origin, Cookie, Accept-Encoding",
      "content-encoding",
      "zstd",
    ]);
    expect(compressedHeaders(["etag", 'W/"abc"'], "br")).toContain('W/"abc"');
    expect(variedHeaders(["vary", "*"])).toEqual(["vary", "*"]);
    expect(variedHeaders(["Vary", "accept-encoding"])).toEqual(["Vary", "accept-encoding"]);
  });
});
