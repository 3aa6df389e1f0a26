import { webcrypto, X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { AppError } from "@agentpod/core/errors";
import * as x509 from "@peculiar/x509";
import { localNamesOnly, maySign } from "./local-names.ts";

/** PEM each; the key is PKCS #8. */
export interface SigningAuthority {
  certificate: string;
  key: string;
}

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const dayMs = 86_400_000;
/** Browsers refuse leaves of more than 398 days. */
const leafDays = 397;

/** A root that people may trust on their machines: ten years, and only for local names, private addresses and this machine's name, so that it does little harm where its key is stolen. */
export async function createLocalAuthority(machine: string, now: Date): Promise<SigningAuthority> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [`AgentPod local authority ${machine.slice(0, 38)}`] }, { O: ["AgentPod"] }, { OU: [machine.toLowerCase().slice(0, 64)] }],
    notBefore: new Date(now.getTime() - dayMs),
    notAfter: new Date(now.getTime() + 3650 * dayMs),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      localNamesOnly(machine.toLowerCase()),
    ],
  });
  return { certificate: pem(certificate), key: await keyPem(keys.privateKey) };
}

/**
 * A certificate for local names and addresses, ECDSA P-256, with the authority's own behind it; a day of it lies in the
 * past, for clocks that are off. Throws `invalid` for a name that the authority may not sign.
 */
export async function signLocally(
  authority: SigningAuthority,
  names: readonly string[],
  now: Date,
): Promise<{ chain: string; key: string }> {
  const refused = names.find((name) => !maySign(authority.certificate, name));
  if (refused !== undefined)
    throw new AppError(
      "invalid",
      `The local authority may not sign for ${refused}. Upload a certificate for it, or use a name below .lan.`,
    );
  const issuer = new x509.X509Certificate(authority.certificate);
  const signingKey = await webcrypto.subtle.importKey("pkcs8", derOf(authority.key), algorithm, false, ["sign"]);
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const leaf = await x509.X509CertificateGenerator.create({
    subject: [{ O: ["AgentPod"] }, { OU: ["local certificate"] }],
    issuer: issuer.subjectName,
    notBefore: new Date(now.getTime() - dayMs),
    notAfter: new Date(Math.min(now.getTime() + (leafDays - 1) * dayMs, issuer.notAfter.getTime())),
    signingAlgorithm: algorithm,
    publicKey: keys.publicKey,
    signingKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(names.map((value) => ({ type: isIP(value) ? "ip" : "dns", value }))),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { chain: pem(leaf) + authority.certificate, key: await keyPem(keys.privateKey) };
}

/** Until when an authority (PEM) signs. */
export const authorityEnds = (certificate: string): Date => new X509Certificate(certificate).validToDate;

const pem = (certificate: x509.X509Certificate): string => `${certificate.toString("pem").trim()}\n`;

const derOf = (key: string): Buffer => Buffer.from(key.replace(/-----[^-]+-----|\s/g, ""), "base64");

async function keyPem(key: webcrypto.CryptoKey): Promise<string> {
  const text = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", key)).toString("base64");
  return `-----BEGIN PRIVATE KEY-----\n${text.replace(/.{64}(?=.)/g, "$&\n")}\n-----END PRIVATE KEY-----\n`;
}
