import { createHash, randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { s3Target as s3Config } from "@agentpod/core/backup-target";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { S3Request } from "../src/s3-request.ts";
import { type S3Answer, s3Target } from "../src/s3-target.ts";
import type { Target } from "../src/target.ts";
import { type S3Server, startS3Server } from "./s3-server.ts";

const credentials = { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "a/secret+key=" };
let server: S3Server;
beforeAll(async () => {
  server = await startS3Server(credentials.accessKeyId, credentials.secretAccessKey, "backups", "eu-test-1");
});
afterAll(() => server?.close());
beforeEach(() => {
  Object.assign(server, { fail: () => null, log: [] });
  server.objects.clear();
  server.uploads.clear();
});

async function send({ method, url, headers, body }: S3Request): Promise<S3Answer> {
  const answer = await fetch(url, { method, headers, body: body as never });
  return {
    status: answer.status,
    headers: Object.fromEntries(answer.headers),
    body: answer.body ? Readable.fromWeb(answer.body as never) : Readable.from([]),
  };
}

function target(changes: object = {}, keys = credentials): Target {
  const config = {
    kind: "s3" as const,
    endpoint: server.url,
    region: "eu-test-1",
    bucket: "backups",
    prefix: "agents/of-us",
  };
  return s3Target(s3Config.parse({ ...config, ...changes }), keys, send, 1);
}

/** So many bytes, in pieces as a stream gives them; nothing of it is held. */
function bytes(length: number): { content: Readable; sha256(): string } {
  const hash = createHash("sha256");
  const piece = randomBytes(100_003);
  const content = Readable.from(
    (function* () {
      for (let left = length; left > 0; left -= piece.length) {
        const next = piece.subarray(0, Math.min(left, piece.length));
        hash.update(next);
        yield next;
      }
    })(),
    { objectMode: false },
  );
  return { content, sha256: () => hash.digest("hex") };
}

describe("A16 an S3 bucket as a target, on a server that checks every signature", () => {
  it.each([0, 1000, 8 * 1024 * 1024, 8 * 1024 * 1024 + 1, 21_000_000])("keeps %i bytes and gives them back", async (length) => {
    const { content, sha256 } = bytes(length);
    expect(await target().put("acme/web/one.apvol", content)).toBe(length);
    const read = await buffer(await target().read("acme/web/one.apvol"));
    expect(createHash("sha256").update(read).digest("hex")).toBe(sha256());
    expect([...server.objects.keys()]).toEqual(["agents/of-us/acme/web/one.apvol"]);
    expect(server.uploads.size).toBe(0);
    await target().remove("acme/web/one.apvol");
    await target().remove("acme/web/one.apvol");
    expect(server.objects.size).toBe(0);
    await expect(target().read("acme/web/one.apvol")).rejects.toMatchObject({ code: "not_found" });
  });

  it("can be tried, and says what is wrong without any key in it", async () => {
    await target().test();
    expect(server.objects.size).toBe(0);
    for (const [wrong, said] of [
      [target({}, { ...credentials, secretAccessKey: "not-the-secret" }), "SignatureDoesNotMatch"],
      [target({}, { ...credentials, accessKeyId: "NOBODY" }), "InvalidAccessKeyId"],
      [target({ bucket: "absent" }), "NoSuchBucket"],
      [target({ region: "us-east-1" }), "AuthorizationHeaderMalformed"],
    ] as const) {
      const error = await wrong.test().catch((thrown: Error) => thrown);
      expect(error).toMatchObject({ code: "invalid", message: expect.stringContaining(said) });
      expect(JSON.stringify(error) + String(error)).not.toMatch(/a\/secret|AKIAEXAMPLE|not-the-secret/);
    }
  });

  it("asks again where the service cannot now, and breaks off where it goes away: nothing stays of the upload", async () => {
    let failures = 2;
    server.fail = () => (failures-- > 0 ? [503, "SlowDown"] : null);
    expect(await target().put("a", bytes(10).content)).toBe(10);
    server.fail = (method, _path, query) => (method === "PUT" && query.get("partNumber") === "2" ? "hang up" : null);
    await expect(target().put("b", bytes(20_000_000).content)).rejects.toThrow();
    expect([server.uploads.size, [...server.objects.keys()]]).toEqual([0, ["agents/of-us/a"]]);
    server.fail = (method, _path, query) => (method === "POST" && query.has("uploadId") ? [500, "InternalError"] : null);
    await expect(target().put("c", bytes(20_000_000).content)).rejects.toMatchObject({ code: "unavailable" });
    expect(server.uploads.size).toBe(0);
  });

  it("breaks off with a source that does", async () => {
    const content = Readable.from(
      (async function* () {
        yield randomBytes(9 * 1024 * 1024);
        yield randomBytes(9 * 1024 * 1024);
        throw new Error("the disk went away");
      })(),
    );
    await expect(target().put("d", content)).rejects.toThrow("the disk went away");
    expect([server.uploads.size, server.objects.size]).toEqual([0, 0]);
  });

  it("takes no name that leads elsewhere", async () => {
    await expect(target().put("../evil", bytes(1).content)).rejects.toMatchObject({ code: "internal" });
  });
});
