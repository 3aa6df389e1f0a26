import type { Certificate } from "@agentpod/core/certificate";
import type { CertificateSnapshot } from "@agentpod/core/certificate-want";
import type { CertificateAction } from "@agentpod/core/plan-certificates";
import { isFailureTold, noteCertificateEvent } from "./certificate-events.ts";
import type { CertifierWorld } from "./certifier-world.ts";
import { signLocal } from "./sign-local.ts";

/** A transaction's worth of rows: pods wait for none that takes seconds. */
const rowsAtOnce = 200;

/** Takes every step of a plan but orders. False: there was none. */
export async function applyCertificates(
  world: CertifierWorld,
  authority: { certificate: string; key: string },
  { certificates }: CertificateSnapshot,
  actions: readonly CertificateAction[],
): Promise<boolean> {
  const byId = new Map(certificates.map((certificate) => [certificate.id, certificate]));
  const signed = actions.flatMap((action): Certificate[] => {
    const certificate = action.kind === "sign" ? byId.get(action.id) : undefined;
    return certificate ? [certificate] : [];
  });
  for (const certificate of signed) await signLocal(world, authority, certificate);
  const rest = actions.filter(({ kind }) => kind !== "order" && kind !== "sign");
  for (let from = 0; from < rest.length; from += rowsAtOnce)
    await world.database.asSystem(async (store) => {
      for (const action of rest.slice(from, from + rowsAtOnce)) {
        if (action.kind === "want") await store.certificates.want(action);
        if (action.kind === "drop") await store.certificates.delete(action.id);
        if (action.kind !== "refuse" && action.kind !== "postpone") continue;
        const certificate = byId.get(action.id);
        const isRefused = action.kind === "refuse";
        // Refused until something else than time changes.
        const nextAttemptAt = isRefused ? world.clock().toISOString() : action.until;
        await store.certificates.saveFailure(action.id, { message: action.message, fault: isRefused ? "user" : "system", nextAttemptAt });
        if (!certificate || !isFailureTold(certificate.failures)) continue;
        const message = `no certificate for ${certificate.names.join(", ")}: ${action.message}`;
        await noteCertificateEvent(store, certificate, { type: "certificate.failed", result: "failed", message });
      }
    });
  return signed.length + rest.length > 0;
}
