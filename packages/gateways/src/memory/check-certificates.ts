import { createPrivateKey, X509Certificate } from "node:crypto";
import { AppError } from "@agentpod/core/errors";
import type { CertificateSet } from "@agentpod/core/gateway-tls";

/** Throws `invalid` with the id of a certificate that no gateway could serve. */
export function checkCertificates({ certificates }: CertificateSet): void {
  for (const { id, chain, key } of certificates)
    if (!fits(chain, key)) throw new AppError("invalid", `Certificate ${id} cannot be served: it and its key do not fit.`);
}

function fits(chain: string, key: string): boolean {
  try {
    return new X509Certificate(chain).checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}
