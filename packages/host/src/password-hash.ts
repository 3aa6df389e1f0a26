import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";
import { AppError } from "@agentpod/core/errors";

/** OWASP's advice for 32 MiB a check: about a fifth of a second of one core. */
const cost = { log2N: 15, r: 8, p: 3 };
const keyBytes = 32;
/** What a check may cost at most, whoever made the hash: 64 MiB, and four times as much work as one of ours. */
const most = { memoryBytes: 67_108_864, work: 4 * 2 ** cost.log2N * cost.r * cost.p };

const format = /^scrypt:(\d{1,2}):(\d{1,2}):(\d{1,2}):([A-Za-z0-9_-]{22}):([A-Za-z0-9_-]{43})$/;

/** `scrypt:<log2 N>:<r>:<p>:<salt>:<key>` with a fresh salt, as route policies store it. Off the event loop. */
export async function passwordHashOf(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, cost);
  return ["scrypt", cost.log2N, cost.r, cost.p, salt.toString("base64url"), key.toString("base64url")].join(":");
}

/**
 * Whether the hash is of this password, compared in constant time and off the event loop. Throws `invalid` for a hash
 * of another form, or one whose check would cost far more than that of `passwordHashOf`.
 */
export async function isPasswordOf(hash: string, password: string): Promise<boolean> {
  const [, log2N, r, p, salt, key] = format.exec(hash) ?? [];
  const asked = { log2N: Number(log2N), r: Number(r), p: Number(p) };
  if (salt === undefined || key === undefined || !isBearable(asked))
    throw new AppError("invalid", "A password hash is not one that AgentPod makes: set the password again.");
  return timingSafeEqual(Buffer.from(key, "base64url"), await derive(password, Buffer.from(salt, "base64url"), asked));
}

/** Whether checking with these parameters is possible at all, and not a way to keep a machine busy. */
function isBearable({ log2N, r, p }: typeof cost): boolean {
  const steps = 2 ** log2N * r;
  return log2N >= 1 && steps > 0 && p > 0 && 128 * steps <= most.memoryBytes && steps * p <= most.work;
}

function derive(password: string, salt: Buffer, { log2N, r, p }: typeof cost): Promise<Buffer> {
  const options: ScryptOptions = { N: 2 ** log2N, r, p, maxmem: 2 * most.memoryBytes };
  return new Promise((resolve, reject) => {
    // One password can be typed as several sequences of code points.
    scrypt(password.normalize("NFC"), salt, keyBytes, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
}
