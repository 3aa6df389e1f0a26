import { AppError } from "@agentpod/core/errors";
import type { CertificateSet, ServedCertificate } from "@agentpod/core/gateway-tls";
import { type CheckedCertificate, checkCertificate } from "./check-certificate.ts";

const mostCharacters = 200_000;
const sliceMilliseconds = 8;

/** A set as lines of JSON, `{version, count}` first: one large document would stop the traffic while it is read. */
export function* certificateLines(set: CertificateSet): Generator<string> {
  yield JSON.stringify({ version: set.version, count: set.certificates.length });
  for (const certificate of set.certificates) yield JSON.stringify(certificate);
}

export interface CheckedSet {
  version: string;
  certificates: CheckedCertificate[];
}

/**
 * Reads and checks a set, in slices of a few milliseconds. `known` may answer for a certificate that was checked before.
 * Throws `invalid` with the certificate that is wrong, or where lines are missing.
 */
export async function readCertificateLines(
  lines: AsyncIterable<string> | Iterable<string>,
  known: (certificate: ServedCertificate) => CheckedCertificate | null,
): Promise<CheckedSet> {
  let head: { version: string; count: number } | null = null;
  const certificates: CheckedCertificate[] = [];
  const ids = new Set<string>();
  let until = performance.now() + sliceMilliseconds;
  for await (const line of lines) {
    if (line.length > mostCharacters) throw new AppError("invalid", `A certificate may have ${mostCharacters} characters at most.`);
    const value = parse(line, certificates.length);
    if (head === null) {
      head = readHead(value);
      continue;
    }
    const checked = known(value as ServedCertificate) ?? checkCertificate(value, certificates.length);
    const { id } = checked.certificate;
    if (ids.has(id)) throw new AppError("invalid", `Certificate ${id} is given twice.`);
    ids.add(id);
    certificates.push(checked);
    if (performance.now() < until) continue;
    await new Promise((resolve) => setImmediate(resolve));
    until = performance.now() + sliceMilliseconds;
  }
  if (head === null || head.count !== certificates.length)
    throw new AppError("invalid", `Of ${head?.count ?? "unknown"} certificates ${certificates.length} came.`);
  return { version: head.version, certificates };
}

function readHead(value: unknown): { version: string; count: number } {
  const { version, count } = (value ?? {}) as { version?: unknown; count?: unknown };
  if (typeof version !== "string" || version === "" || !Number.isSafeInteger(count))
    throw new AppError("invalid", "A set of certificates begins with a line {version, count}.");
  return { version, count: count as number };
}

function parse(line: string, place: number): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // Without a cause: its message would quote the line, which holds a key.
    throw new AppError("invalid", `The certificate at place ${place} is not JSON.`);
  }
}
