import { webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const dayMs = 86_400_000;

export interface Issued {
  /** PEM, one certificate. */
  chain: string;
  /** PKCS #8. */
  key: string;
  signingKey: webcrypto.CryptoKey;
}

/** A certificate signed by `by`, else by itself. `days`: from when to when, counted from now. */
export async function issueCertificate(
  subject: string,
  given: { names?: string[]; addresses?: string[]; by?: Issued; days?: [number, number]; bits?: number } = {},
): Promise<Issued> {
  const { names = [], addresses = [], by, days: [from, to] = [-1, 90], bits } = given;
  const rsa = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", modulusLength: bits ?? 2048, publicExponent: new Uint8Array([1, 0, 1]) };
  const keys = await webcrypto.subtle.generateKey(bits === undefined ? algorithm : rsa, true, ["sign", "verify"]);
  const san = [...names.map((value) => ({ type: "dns" as const, value })), ...addresses.map((value) => ({ type: "ip" as const, value }))];
  const certificate = await x509.X509CertificateGenerator.create({
    subject,
    issuer: by ? new x509.X509Certificate(by.chain).subjectName : subject,
    notBefore: new Date(Date.now() + from * dayMs),
    notAfter: new Date(Date.now() + to * dayMs),
    signingAlgorithm: by || bits === undefined ? algorithm : rsa,
    publicKey: keys.publicKey,
    signingKey: by?.signingKey ?? keys.privateKey,
    extensions: [
      new x509.BasicConstraintsExtension(san.length === 0, undefined, true),
      ...(san.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension(san)]),
    ],
  });
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey)).toString("base64");
  const key = `-----BEGIN PRIVATE KEY-----\n${pkcs8.match(/.{1,64}/g)?.join("\n")}\n-----END PRIVATE KEY-----\n`;
  return { chain: `${certificate.toString("pem")}\n`, key, signingKey: keys.privateKey };
}
