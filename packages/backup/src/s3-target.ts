import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import type { S3Credentials, S3Target } from "@agentpod/core/backup-target";
import { AppError } from "@agentpod/core/errors";
import { type S3Call, type S3Request, signedRequest } from "./s3-request.ts";
import { isTargetName, type Target } from "./target.ts";

export interface S3Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Readable;
}

/** Sends a request to a place that a user named; throws `unavailable` where nothing answers. */
export type SendS3 = (request: S3Request) => Promise<S3Answer>;

/** Held at a time, and sent as one part. A service takes 10,000 parts: later ones are larger. */
const firstPartBytes = 8 * 1024 * 1024;
const partBytes = (number: number): number => firstPartBytes * 2 ** Math.floor(number / 1000);
/** A call that may be made twice is made so often where the service does not answer, or says that it cannot now. */
const attempts = 4;

/** A bucket of a service with the API of Amazon's S3. Objects are there whole or not at all: parts count once they are put together. */
export function s3Target(config: S3Target, credentials: S3Credentials, send: SendS3, pauseMs = 500): Target {
  const keyOf = (name: string): string => {
    if (!isTargetName(name)) throw new AppError("internal", `${JSON.stringify(name)} is no name of a backup.`);
    return config.prefix === "" ? name : `${config.prefix}/${name}`;
  };
  const call = async (asked: S3Call): Promise<S3Answer> => {
    for (let attempt = 1; ; attempt++) {
      const answer = await signedRequest(config, credentials, asked, new Date())
        .then(send)
        .catch((error: unknown) => error);
      if (!(answer instanceof Error) && (answer as S3Answer).status < 500 && (answer as S3Answer).status !== 429) return answer as S3Answer;
      const isRefused = answer instanceof AppError && answer.code !== "unavailable";
      if (isRefused || attempt === attempts) {
        if (answer instanceof Error) throw answer;
        throw await refusal(config, answer as S3Answer);
      }
      if (!(answer instanceof Error)) (answer as S3Answer).body.on("error", () => undefined).destroy();
      await delay(pauseMs * 2 ** (attempt - 1));
    }
  };
  /** The answer's body as text; throws where it is no success. */
  const done = async (asked: S3Call): Promise<S3Answer & { told: string }> => {
    const answer = await call(asked);
    if (answer.status >= 300) throw await refusal(config, answer);
    return { ...answer, told: await text(answer.body) };
  };

  const putParts = async (key: string, parts: AsyncIterator<Buffer>, first: Buffer, second: Buffer): Promise<number> => {
    const upload = tagOf((await done({ method: "POST", key, query: { uploads: "" } })).told, "UploadId");
    if (upload === null) throw new AppError("unavailable", `The S3 service at ${config.endpoint} began no upload; is it an S3 service?`);
    try {
      const tags: string[] = [];
      let bytes = 0;
      for (let part: Buffer | null = first, next: Buffer | null = second; part !== null; ) {
        const query = { partNumber: String(tags.length + 1), uploadId: upload };
        const { headers } = await done({ method: "PUT", key, query, body: part });
        tags.push(String(headers.etag ?? ""));
        bytes += part.length;
        part = next;
        const taken: IteratorResult<Buffer> = part === null ? { done: true, value: null } : await parts.next();
        next = taken.done ? null : taken.value;
      }
      const list = tags.map((tag, i) => `<Part><PartNumber>${i + 1}</PartNumber><ETag>${escapeXml(tag)}</ETag></Part>`).join("");
      const body = Buffer.from(`<CompleteMultipartUpload>${list}</CompleteMultipartUpload>`);
      const { told } = await done({ method: "POST", key, query: { uploadId: upload }, body });
      // The service may say 200 first and find out afterwards that it could not.
      if (told.includes("<Error>")) throw refused(config, 500, told);
      return bytes;
    } catch (error) {
      await done({ method: "DELETE", key, query: { uploadId: upload } }).catch(() => undefined);
      throw error;
    }
  };

  const target: Target = {
    async put(name, content) {
      const parts = inParts(content);
      try {
        const first = await parts.next();
        const second = await parts.next();
        const one = first.done ? Buffer.alloc(0) : first.value;
        if (!second.done) return await putParts(keyOf(name), parts, one, second.value);
        await done({ method: "PUT", key: keyOf(name), body: one });
        return one.length;
      } finally {
        content.destroy();
      }
    },
    async read(name) {
      const answer = await call({ method: "GET", key: keyOf(name) });
      if (answer.status === 404)
        throw new AppError("not_found", `There is no ${name} in bucket ${config.bucket} any more.`, { cause: await text(answer.body) });
      if (answer.status >= 300) throw await refusal(config, answer);
      return answer.body;
    },
    async remove(name) {
      const answer = await call({ method: "DELETE", key: keyOf(name) });
      if (answer.status >= 300 && answer.status !== 404) throw await refusal(config, answer);
      answer.body.resume();
    },
    async test() {
      const name = `test-${randomUUID()}`;
      await target.put(name, Readable.from([Buffer.from("agentpod")]));
      const read = await text(await target.read(name));
      await target.remove(name);
      if (read !== "agentpod") throw new AppError("invalid", `Bucket ${config.bucket} gave back something else than was put there.`);
    },
  };
  return target;
}

async function* inParts(content: Readable): AsyncGenerator<Buffer, void, void> {
  let held: Buffer[] = [];
  let bytes = 0;
  let number = 0;
  for await (const chunk of content as AsyncIterable<Buffer>) {
    held.push(chunk);
    bytes += chunk.length;
    if (bytes < partBytes(number)) continue;
    yield Buffer.concat(held);
    held = [];
    bytes = 0;
    number++;
  }
  if (bytes > 0) yield Buffer.concat(held);
}

async function refusal(config: S3Target, answer: S3Answer): Promise<AppError> {
  return refused(config, answer.status, await text(answer.body).catch(() => ""));
}

function refused({ endpoint, bucket }: S3Target, status: number, told: string): AppError {
  const code = tagOf(told, "Code") ?? `status ${status}`;
  if (status >= 500 || status === 429 || code === "SlowDown")
    return new AppError("unavailable", `The S3 service at ${endpoint} cannot now (${code}): try again later.`);
  const advice =
    code === "NoSuchBucket"
      ? `there is no bucket ${bucket}: make it, or name another`
      : "check the access key, the region, and that it may read, write and delete objects of the bucket";
  return new AppError("invalid", `The S3 service at ${endpoint} refused (${code}): ${advice}.`);
}

/** Text of the first element of that name; these answers are small and flat. */
function tagOf(xml: string, tag: string): string | null {
  const found = new RegExp(`<${tag}>([^<]{1,2000})</${tag}>`).exec(xml)?.[1];
  return found === undefined
    ? null
    : found.replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

const escapeXml = (value: string): string => value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
