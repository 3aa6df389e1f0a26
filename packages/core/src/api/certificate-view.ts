import { z } from "zod";
import { acmeChallenges, certificateSources } from "../certificate.ts";

/** PEM; the leaf comes first, then each one's issuer. The key is PKCS #8, PKCS #1 or SEC 1, without a passphrase. */
export const uploadCertificateRequest = z.strictObject({
  chain: z.string().min(1).max(200_000),
  key: z.string().min(1).max(50_000),
});

export const certificateStates = ["pending", "issued", "expiring", "expired", "failing"] as const;

/** A certificate without its key. */
export const certificateView = z.object({
  id: z.string(),
  /** Null: the installation's own. */
  tenant: z.string().nullable(),
  names: z.array(z.string()),
  source: z.enum(certificateSources),
  /** `expiring`: less than a week is left. `failing`: the last try to get one failed and none is there. */
  state: z.enum(certificateStates),
  notBefore: z.string().nullable(),
  notAfter: z.string().nullable(),
  issuer: z.string().nullable(),
  serial: z.string().nullable(),
  /** SHA-256 of the leaf, lower-case hex. */
  fingerprint: z.string().nullable(),
  /** PEM. */
  chain: z.string().nullable(),
  challenge: z.enum(acmeChallenges).nullable(),
  renewAt: z.string().nullable(),
  /** In a row, since the last success. */
  failures: z.number(),
  nextAttemptAt: z.string().nullable(),
  /** Of the last failure, with what to do; empty after a success. */
  message: z.string(),
  fault: z.enum(["user", "system"]).nullable(),
  /** When the stapled OCSP answer is to be renewed; null: none is stapled. */
  ocspUntil: z.string().nullable(),
  createdAt: z.string(),
  updatedAt: z.string(),
});

export type UploadCertificateRequest = z.input<typeof uploadCertificateRequest>;
export type CertificateView = z.infer<typeof certificateView>;
