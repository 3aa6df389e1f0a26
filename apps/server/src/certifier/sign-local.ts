import { readCertificate } from "@agentpod/acme/read-certificate";
import type { Certificate } from "@agentpod/core/certificate";
import { nextCertificateAttempt, renewalTime } from "@agentpod/core/certificate-retry";
import { toAppError } from "@agentpod/core/errors";
import { certificateJitter } from "./certificate-jitter.ts";
import type { CertifierWorld } from "./certifier-world.ts";

interface Authority {
  certificate: string;
  key: string;
}

/** The installation's local authority, made where there is none yet. */
export async function localAuthority({ database, machine, clock }: CertifierWorld): Promise<Authority> {
  const kept = await database.asSystem((store) => store.acme.localAuthority());
  if (kept) return kept;
  const { createLocalAuthority } = await import("@agentpod/acme/local-authority");
  const made = await createLocalAuthority(machine().name, clock());
  return database.asSystem((store) => store.acme.saveLocalAuthority(made));
}

/** A certificate of the local authority, or why there is none, noted. */
export async function signLocal(world: CertifierWorld, authority: Authority, certificate: Certificate): Promise<void> {
  const { id, names } = certificate;
  const now = world.clock();
  const jitter = certificateJitter(id);
  // What signing needs takes memory: only who signs loads it.
  const { signLocally } = await import("@agentpod/acme/local-authority");
  try {
    const signed = await signLocally(authority, names, now);
    const facts = readCertificate(signed.chain);
    const renewAt = renewalTime(facts, jitter, now).toISOString();
    await world.database.asSystem((store) => store.certificates.saveIssued(id, { ...facts, ...signed, renewAt, challenge: null }));
  } catch (thrown) {
    const { message, fault } = toAppError(thrown);
    world.log.warn({ err: thrown, names }, "a local certificate could not be made");
    const nextAttemptAt = nextCertificateAttempt(certificate, "proof", null, jitter, now).toISOString();
    await world.database.asSystem((store) => store.certificates.saveFailure(id, { message, fault, nextAttemptAt }));
  }
}
