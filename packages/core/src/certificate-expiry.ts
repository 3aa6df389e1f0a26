import type { Certificate } from "./certificate.ts";

const dayMs = 86_400_000;
const thresholds = [1, 7, 14, 30];

/** Certificates that come to their end without anybody renewing them, with the days (30, 14, 7, 1) that they are below; 0: over. */
export function expiringCertificates(certificates: readonly Certificate[], now: Date): { certificate: Certificate; days: number }[] {
  return certificates.flatMap((certificate) => {
    const days = daysLeft(certificate, now);
    return days === null ? [] : [{ certificate, days }];
  });
}

function daysLeft({ issued, source, failures }: Certificate, now: Date): number | null {
  if (!issued || (source !== "uploaded" && failures === 0)) return null;
  const left = Date.parse(issued.notAfter) - now.getTime();
  if (left <= 0) return 0;
  const lifetime = Date.parse(issued.notAfter) - Date.parse(issued.notBefore);
  // One of six days has less than thirty left from the first.
  return thresholds.find((days) => left <= days * dayMs && days * dayMs <= lifetime / 2) ?? null;
}
