import { readFileSync } from "node:fs";
import { getCACertificates } from "node:tls";
import { AppError } from "@agentpod/core/errors";
import type { Settings } from "@agentpod/host/settings";

/** PEM of all authorities that may sign the ACME directory's own certificate; null: those that this program knows. `invalid` where a file cannot be read. */
export function trustedAuthorities({ acme, extraCa }: Pick<Settings, "acme" | "extraCa">): string[] | null {
  const files = [
    ["AGENTPOD_ACME_CA", acme.ca],
    ["AGENTPOD_EXTRA_CA", extraCa],
  ] as const;
  const own = files.flatMap(([name, path]) => (path === null ? [] : [readPem(name, path)]));
  return own.length === 0 ? null : [...getCACertificates("default"), ...own];
}

function readPem(name: string, path: string): string {
  try {
    const text = readFileSync(path, "utf8");
    if (text.includes("-----BEGIN CERTIFICATE-----")) return text;
  } catch (cause) {
    throw new AppError("invalid", `${name}: ${path} cannot be read (${(cause as NodeJS.ErrnoException).code}).`, { cause });
  }
  throw new AppError("invalid", `${name}: ${path} holds no certificate in PEM.`);
}
