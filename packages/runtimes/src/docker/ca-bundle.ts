import { readFileSync } from "node:fs";
import { rootCertificates } from "node:tls";
import { AppError } from "@agentpod/core/errors";

/** The usual roots and the extra ones, as one PEM file: several programs take theirs instead of, not beside, the usual. */
export function caBundle(path: string): string {
  try {
    return `${rootCertificates.join("\n")}\n${readFileSync(path, "utf8")}`;
  } catch (cause) {
    throw new AppError("invalid", `The extra CA file ${path} cannot be read.`, { cause });
  }
}
