import { ocspUrl } from "@agentpod/acme/read-certificate";
import type { Certificate } from "@agentpod/core/certificate";
import { AppError } from "@agentpod/core/errors";
import { noteCertificateEvent } from "./certificate-events.ts";
import type { CertifierWorld } from "./certifier-world.ts";

const hourMs = 3_600_000;
/** OCSP answers live for days; one that has less than this left is asked for again. */
const renewMs = 36 * hourMs;

/** Keeps OCSP answers fresh where the authority offers them; each is asked for once an hour at most. Never throws. */
export type StapleRefresh = (certificates: readonly Certificate[], signal: AbortSignal) => Promise<void>;

export function stapleRefresh({ database, clock, log }: CertifierWorld): StapleRefresh {
  /** By id and fingerprint; infinite: the authority offers none. */
  const nextLook = new Map<string, number>();

  const refresh = async (certificate: Certificate, chain: string, signal: AbortSignal): Promise<void> => {
    // Few authorities offer it, and reading it takes memory.
    const { fetchStaple } = await import("@agentpod/acme/ocsp");
    try {
      const staple = await fetchStaple(chain, clock(), signal);
      await database.asSystem((store) => store.certificates.saveOcsp(certificate.id, staple));
    } catch (error) {
      log.warn({ err: error, names: certificate.names }, "no OCSP answer");
      if (error instanceof AppError && error.code === "invalid") await revoked(certificate, error.message);
    }
  };
  const revoked = (certificate: Certificate, message: string): Promise<void> =>
    database.asSystem(async (store) => {
      await noteCertificateEvent(store, certificate, {
        type: "certificate.revoked",
        result: "failed",
        message: `certificate for ${certificate.names.join(", ")}: ${message}`,
      });
      if (certificate.source === "acme") await store.certificates.renewNow(certificate.id);
    });

  return async (certificates, signal) => {
    const now = clock().getTime();
    const known = new Set<string>();
    for (const certificate of certificates) {
      const { issued, source, ocsp } = certificate;
      if (!issued || source === "local") continue;
      const key = `${certificate.id} ${issued.fingerprint}`;
      known.add(key);
      if ((nextLook.get(key) ?? 0) > now || (ocsp && Date.parse(ocsp.nextUpdate) - now > renewMs)) continue;
      const isOffered = ocspUrl(issued.chain) !== null;
      nextLook.set(key, isOffered ? now + hourMs : Number.POSITIVE_INFINITY);
      if (isOffered) await refresh(certificate, issued.chain, signal);
    }
    for (const key of nextLook.keys()) if (!known.has(key)) nextLook.delete(key);
  };
}
