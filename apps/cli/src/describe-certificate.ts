import type { CertificateView } from "@agentpod/core/api/certificate-view";
import { printable } from "./format-values.ts";

/** A certificate in words. */
export function describeCertificate(certificate: CertificateView): string {
  const { id, names, source, state, issuer, notAfter, renewAt, nextAttemptAt, message } = certificate;
  const lines = [`Certificate ${id} (${source}) is ${state}: ${names.join(", ")}`];
  if (notAfter !== null) lines.push(`  Valid until ${notAfter}, by ${issuer}.`);
  if (renewAt !== null) lines.push(`  To be renewed from ${renewAt}.`);
  if (message !== "") lines.push(`  ${message}`);
  if (nextAttemptAt !== null) lines.push(`  Next try: ${nextAttemptAt}.`);
  return printable(lines.join("\n"));
}
