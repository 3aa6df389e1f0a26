import { createHash, verify, X509Certificate } from "node:crypto";
import { AppError } from "@agentpod/core/errors";
import { BasicOCSPResponse, CertID, OCSPRequest, OCSPResponse, OCSPResponseStatus, Request, TBSRequest } from "@peculiar/asn1-ocsp";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import { AlgorithmIdentifier, Certificate } from "@peculiar/asn1-x509";
import { ocspUrl, splitChain } from "./read-certificate.ts";

export interface Staple {
  /** DER, base64. */
  response: string;
  /** ISO 8601. */
  nextUpdate: string;
}

const mostBytes = 100_000;
const answerMs = 10_000;
const sha1 = "1.3.14.3.2.26";
const ocspSigning = "1.3.6.1.5.5.7.3.9";
/** Of the signatures that authorities use: the hash by algorithm. */
const hashes: Record<string, string> = {
  "1.2.840.10045.4.3.2": "sha256",
  "1.2.840.10045.4.3.3": "sha384",
  "1.2.840.10045.4.3.4": "sha512",
  "1.2.840.113549.1.1.11": "sha256",
  "1.2.840.113549.1.1.12": "sha384",
  "1.2.840.113549.1.1.13": "sha512",
};

/**
 * The authority's word that the leaf of a chain is good, signed and current; null: it offers none. Throws `unavailable`
 * for no answer or one that proves nothing, `invalid` where the certificate was revoked.
 */
export async function fetchStaple(chain: string, now: Date, signal: AbortSignal): Promise<Staple | null> {
  const url = ocspUrl(chain);
  const [leaf, issuer] = splitChain(chain).map((pem) => new X509Certificate(pem));
  if (url === null || !leaf || !issuer) return null;
  const asked = certId(leaf, issuer);
  const body = AsnConvert.serialize(new OCSPRequest({ tbsRequest: new TBSRequest({ requestList: [new Request({ reqCert: asked })] }) }));
  const bytes = await post(url, body, AbortSignal.any([signal, AbortSignal.timeout(answerMs)]));
  return { response: bytes.toString("base64"), nextUpdate: readStaple(bytes, asked, issuer, now) };
}

function certId(leaf: X509Certificate, issuer: X509Certificate): CertID {
  const { tbsCertificate } = AsnConvert.parse(leaf.raw, Certificate);
  const authority = AsnConvert.parse(issuer.raw, Certificate).tbsCertificate;
  const digest = (bytes: ArrayBuffer): OctetString => new OctetString(createHash("sha1").update(Buffer.from(bytes)).digest());
  return new CertID({
    hashAlgorithm: new AlgorithmIdentifier({ algorithm: sha1, parameters: null }),
    issuerNameHash: digest(AsnConvert.serialize(tbsCertificate.issuer)),
    issuerKeyHash: digest(authority.subjectPublicKeyInfo.subjectPublicKey),
    serialNumber: tbsCertificate.serialNumber,
  });
}

async function post(url: string, body: ArrayBuffer, signal: AbortSignal): Promise<Buffer> {
  try {
    const headers = { "content-type": "application/ocsp-request" };
    const answer = await fetch(url, { method: "POST", headers, body, redirect: "error", signal });
    if (answer.status !== 200 || !answer.body) throw new Error(`status ${answer.status}`);
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of answer.body) {
      bytes += chunk.length;
      if (bytes > mostBytes) throw new Error("its answer is too long");
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } catch (cause) {
    throw new AppError("unavailable", `The OCSP service ${new URL(url).host} does not answer. It is asked again later.`, { cause });
  }
}

/** Until when the answer holds. Throws as above. */
function readStaple(bytes: Buffer, asked: CertID, issuer: X509Certificate, now: Date): string {
  const worthless = (why: string): AppError => new AppError("unavailable", `The OCSP answer is of no use: ${why}.`);
  let basic: BasicOCSPResponse;
  try {
    const outer = AsnConvert.parse(bytes, OCSPResponse);
    if (outer.responseStatus !== OCSPResponseStatus.successful || !outer.responseBytes)
      throw worthless(`its status is ${outer.responseStatus}`);
    basic = AsnConvert.parse(outer.responseBytes.response, BasicOCSPResponse);
  } catch (cause) {
    throw cause instanceof AppError ? cause : worthless("it cannot be read");
  }
  if (!isSigned(basic, issuer)) throw worthless("the authority did not sign it");
  const serial = Buffer.from(asked.serialNumber);
  const found = basic.tbsResponseData.responses.find(({ certID }) => Buffer.from(certID.serialNumber).equals(serial));
  if (!found) throw worthless("it is about another certificate");
  if (found.certStatus.revoked)
    throw new AppError("invalid", "The authority has revoked this certificate: agentpod certificate renew gets another.");
  if (found.certStatus.good === undefined) throw worthless("the authority does not know the certificate");
  if (!found.nextUpdate || found.nextUpdate.getTime() <= now.getTime()) throw worthless("it is out of date");
  return found.nextUpdate.toISOString();
}

/** By the issuer, or by somebody whom the issuer let sign OCSP answers. */
function isSigned(basic: BasicOCSPResponse, issuer: X509Certificate): boolean {
  const hash = hashes[basic.signatureAlgorithm.algorithm];
  if (hash === undefined || !basic.tbsResponseDataRaw) return false;
  const data = Buffer.from(basic.tbsResponseDataRaw);
  const signature = Buffer.from(basic.signature);
  const delegates = (basic.certs ?? [])
    .map((certificate) => new X509Certificate(Buffer.from(AsnConvert.serialize(certificate))))
    .filter((certificate) => certificate.verify(issuer.publicKey) && (certificate.keyUsage ?? []).includes(ocspSigning));
  return [issuer, ...delegates].some(({ publicKey }) => {
    try {
      return verify(hash, data, publicKey, signature);
    } catch {
      return false;
    }
  });
}
