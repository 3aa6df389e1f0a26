import type { AcmeChallenge } from "@agentpod/core/certificate";
import acme from "acme-client";

/** What has to be seen where, so that the authority believes that a host is ours. */
export type Proof =
  | { challenge: "http-01"; host: string; path: string; body: string }
  /** PEM each. */
  | { challenge: "tls-alpn-01"; host: string; chain: string; key: string }
  /** A TXT record. */
  | { challenge: "dns-01"; host: string; name: string; value: string };

/** The proof for a challenge as the authority gave it; `answer` is acme-client's key authorization for it. */
export async function makeProof(
  challenge: AcmeChallenge,
  authorization: acme.Authorization,
  token: string,
  answer: string,
): Promise<Proof> {
  const host = authorization.identifier.value;
  if (challenge === "http-01") return { challenge, host, path: `/.well-known/acme-challenge/${token}`, body: answer };
  if (challenge === "dns-01") return { challenge, host, name: `_acme-challenge.${host}`, value: answer };
  const key = await acme.crypto.createPrivateEcdsaKey("P-256");
  const [, chain] = await acme.crypto.createAlpnCertificate(authorization, answer, key);
  return { challenge, host, chain: chain.toString(), key: key.toString() };
}
