import type { Certificate } from "@agentpod/core/certificate";
import { expiringCertificates } from "@agentpod/core/certificate-expiry";
import { noteCertificateEvent } from "./certificate-events.ts";
import type { CertifierWorld } from "./certifier-world.ts";

const setting = "certificate-warnings";

/** Tells of certificates that nobody renews, once for each of 30, 14, 7 and 1 days, whichever control plane looks. */
export async function warnExpiring({ database, clock }: CertifierWorld, certificates: readonly Certificate[]): Promise<void> {
  const expiring = expiringCertificates(certificates, clock());
  await database.asSystem(async (store) => {
    const told = ((await store.settings.find(setting)) ?? {}) as Record<string, number>;
    const now = Object.fromEntries(expiring.map(({ certificate, days }) => [keyOf(certificate), days]));
    if (JSON.stringify(told) === JSON.stringify(now)) return;
    for (const { certificate, days } of expiring) {
      if ((told[keyOf(certificate)] ?? Number.POSITIVE_INFINITY) <= days) continue;
      const when = days === 0 ? "is over" : `ends in less than ${days === 1 ? "a day" : `${days} days`}`;
      const todo = certificate.source === "uploaded" ? "Upload a new one." : certificate.message;
      const message = `certificate for ${certificate.names.join(", ")} ${when}. ${todo}`;
      await noteCertificateEvent(store, certificate, { type: "certificate.expiring", result: "failed", message, data: { days } });
    }
    await store.settings.set(setting, now, "system");
  });
}

const keyOf = ({ id, issued }: Certificate): string => `${id} ${issued?.fingerprint.slice(0, 16)}`;
