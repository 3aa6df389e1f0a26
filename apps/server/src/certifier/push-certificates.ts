import type { CertificateSnapshot } from "@agentpod/core/certificate-want";
import { AppError } from "@agentpod/core/errors";
import type { ServedCertificate } from "@agentpod/core/gateway-tls";
import { hashOf } from "@agentpod/core/hash";
import { servedNames } from "@agentpod/core/served-names";
import type { CertifierWorld } from "./certifier-world.ts";

/** Gives the gateway the certificates in force, where it has others; keys are decrypted for that alone. */
export type CertificatePush = (snapshot: CertificateSnapshot) => Promise<void>;

export function certificatePush({ database, gateway, clock, crash, log }: CertifierWorld): CertificatePush {
  /** Those that the gateway refused, by id and what they were: one must not keep all others from being served. */
  const refused = new Set<string>();

  return async (snapshot) => {
    const byId = new Map(snapshot.certificates.map((one) => [one.id, one]));
    const identityOf = (id: string): string => `${id} ${byId.get(id)?.issued?.fingerprint}`;
    const wanted = servedNames(snapshot, clock());
    const { certificateVersion } = await gateway.observe();
    for (let tries = 0; tries <= wanted.size; tries++) {
      const names = new Map([...wanted].filter(([id]) => !refused.has(identityOf(id))));
      const version = hashOf([...names].map(([id, own]) => [identityOf(id), own, byId.get(id)?.ocsp?.response ?? null]).sort());
      if (version === certificateVersion) return;
      const all = await database.asSystem((store) => store.certificates.served());
      const certificates = all.flatMap((one): ServedCertificate[] => {
        const own = names.get(one.id);
        return own ? [{ ...one, names: own }] : [];
      });
      crash("before:certificates");
      try {
        await gateway.setCertificates({ version, certificates });
        log.info({ certificates: certificates.length, version: version.slice(0, 12) }, "the gateway has new certificates");
        return;
      } catch (error) {
        const culprit =
          error instanceof AppError && error.code === "invalid" ? [...names.keys()].find((id) => error.message.includes(id)) : undefined;
        if (culprit === undefined) throw error;
        refused.add(identityOf(culprit));
        log.error(
          { err: error, names: byId.get(culprit)?.names },
          "the gateway cannot serve a certificate; the others are served without it",
        );
      }
    }
  };
}
