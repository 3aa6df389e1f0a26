import type { Certificate } from "@agentpod/core/certificate";
import { and, asc, eq, inArray, type SQL } from "drizzle-orm";
import { certificates } from "../schema/certificates.ts";
import { tenants } from "../schema/tenants.ts";
import type { Tx } from "../tenant-tx.ts";

/** Without the sealed key, which the app role may not read. */
const columns = {
  id: certificates.id,
  tenantId: certificates.tenantId,
  tenant: tenants.name,
  names: certificates.names,
  source: certificates.source,
  chain: certificates.chain,
  notBefore: certificates.notBefore,
  notAfter: certificates.notAfter,
  issuer: certificates.issuer,
  serial: certificates.serial,
  fingerprint: certificates.fingerprint,
  challenge: certificates.challenge,
  renewAt: certificates.renewAt,
  failures: certificates.failures,
  nextAttemptAt: certificates.nextAttemptAt,
  message: certificates.message,
  fault: certificates.fault,
  ocspResponse: certificates.ocspResponse,
  ocspNextUpdate: certificates.ocspNextUpdate,
  createdAt: certificates.createdAt,
  updatedAt: certificates.updatedAt,
};

/** Certificates that fulfil the condition, the installation's own first, then by tenant, then as they came. */
export async function selectCertificates({ db, tenants: allowed }: Tx, where: SQL | undefined): Promise<Certificate[]> {
  const visible = allowed === "*" ? undefined : inArray(certificates.tenantId, [...allowed]);
  const rows = await db
    .select(columns)
    .from(certificates)
    .leftJoin(tenants, eq(tenants.id, certificates.tenantId))
    .where(and(visible, where))
    .orderBy(asc(tenants.name), asc(certificates.createdAt), asc(certificates.id));
  return rows.map((row) => ({
    id: row.id,
    tenantId: row.tenantId,
    tenant: row.tenant,
    names: row.names,
    source: row.source,
    issued: issuedOf(row),
    challenge: row.challenge,
    renewAt: row.renewAt?.toISOString() ?? null,
    failures: row.failures,
    nextAttemptAt: row.nextAttemptAt?.toISOString() ?? null,
    message: row.message,
    fault: row.fault,
    ocsp:
      row.ocspResponse === null || row.ocspNextUpdate === null
        ? null
        : { response: row.ocspResponse, nextUpdate: row.ocspNextUpdate.toISOString() },
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  }));
}

type Facts = Pick<typeof certificates.$inferSelect, "chain" | "notBefore" | "notAfter" | "issuer" | "serial" | "fingerprint">;

function issuedOf({ chain, notBefore, notAfter, issuer, serial, fingerprint }: Facts): Certificate["issued"] {
  if (chain === null || notBefore === null || notAfter === null) return null;
  return {
    notBefore: notBefore.toISOString(),
    notAfter: notAfter.toISOString(),
    issuer: issuer ?? "",
    serial: serial ?? "",
    fingerprint: fingerprint ?? "",
    chain,
  };
}
