import { randomUUID } from "node:crypto";
import type { Certificate } from "@agentpod/core/certificate";
import { AppError } from "@agentpod/core/errors";
import type { ServedCertificate } from "@agentpod/core/gateway-tls";
import { hashOf } from "@agentpod/core/hash";
import type { CertificateStore } from "@agentpod/core/store";
import { and, asc, eq, isNotNull, isNull, sql } from "drizzle-orm";
import { isPubliclyTrusted } from "../is-publicly-trusted.ts";
import { certificates } from "../schema/certificates.ts";
import { tenants } from "../schema/tenants.ts";
import type { SecretBox } from "../secret-box.ts";
import type { Tx } from "../tenant-tx.ts";
import { selectCertificates } from "./certificate-row.ts";

export function certificateStore(tx: Tx, box: SecretBox): CertificateStore {
  const { db } = tx;
  const find = async (id: string): Promise<Certificate | null> => (await selectCertificates(tx, eq(certificates.id, id)))[0] ?? null;
  const get = async (id: string): Promise<Certificate> => {
    const certificate = await find(id);
    if (!certificate) throw new AppError("not_found", `There is no certificate with id ${id}.`);
    return certificate;
  };
  const change = async (id: string, set: Parameters<ReturnType<typeof db.update<typeof certificates>>["set"]>[0]) => {
    const changed = await db
      .update(certificates)
      .set({ ...set, updatedAt: sql`now()` })
      .where(eq(certificates.id, id))
      .returning({ id: certificates.id });
    if (changed.length === 0) throw new AppError("not_found", `There is no certificate with id ${id}.`);
  };

  return {
    list: ({ tenant }) =>
      selectCertificates(tx, tenant === null ? isNull(certificates.tenantId) : tenant === undefined ? undefined : eq(tenants.name, tenant)),
    find,
    get,
    want: async ({ tenantId, names, source }) => {
      const sorted = [...new Set(names)].sort();
      const hash = hashOf(sorted);
      // Written out: Drizzle's insert names every column, and the app role may write only some.
      await db.execute(sql`
        insert into ${certificates} (id, tenant_id, names, names_hash, source)
        values (${randomUUID()}, ${tenantId}, ${sql.param(sorted)}::text[], ${hash}, ${source})
        on conflict (tenant_id, names_hash, source) do nothing`);
      const owner = tenantId === null ? isNull(certificates.tenantId) : eq(certificates.tenantId, tenantId);
      const [row] = await selectCertificates(tx, and(owner, eq(certificates.namesHash, hash), eq(certificates.source, source)));
      if (!row) throw new AppError("unavailable", "The certificate was removed meanwhile: try again.");
      return row;
    },
    saveIssued: async (id, { chain, key, renewAt, challenge, notBefore, notAfter, issuer, serial, fingerprint }) => {
      const { tenantId } = await get(id);
      await change(id, {
        chain,
        ...box.seal({ of: "certificate", tenant: tenantId, id }, key),
        notBefore: new Date(notBefore),
        notAfter: new Date(notAfter),
        issuer,
        serial,
        fingerprint,
        challenge,
        renewAt: dateOf(renewAt),
        ...untroubled,
        // An answer about the certificate before says nothing of this one.
        ocspResponse: null,
        ocspNextUpdate: null,
      });
    },
    saveFailure: (id, { message, fault, nextAttemptAt }) =>
      change(id, { message, fault, nextAttemptAt: new Date(nextAttemptAt), failures: sql`${certificates.failures} + 1` }),
    renewNow: (id) => change(id, { ...untroubled, renewAt: sql`now()` }),
    saveOcsp: (id, ocsp) => change(id, { ocspResponse: ocsp?.response ?? null, ocspNextUpdate: dateOf(ocsp?.nextUpdate ?? null) }),
    claim: async (id, owner, seconds) => {
      // Times are the database's, so that the clocks of several control planes do not matter.
      const { rowCount } = await db.execute(sql`
        update ${certificates} set lease_owner = ${owner}, lease_until = clock_timestamp() + make_interval(secs => ${seconds}::float8)
        where id = ${id} and (lease_owner is null or lease_owner = ${owner} or lease_until <= clock_timestamp())`);
      return rowCount === 1;
    },
    release: async (id, owner) => {
      await db.execute(sql`update ${certificates} set lease_owner = null, lease_until = null where id = ${id} and lease_owner = ${owner}`);
    },
    delete: async (id) => {
      await db.delete(certificates).where(eq(certificates.id, id));
    },
    served: async () => {
      const rows = await db
        .select({
          id: certificates.id,
          tenant: certificates.tenantId,
          names: certificates.names,
          source: certificates.source,
          chain: certificates.chain,
          keyId: certificates.keyId,
          ciphertext: certificates.ciphertext,
          ocsp: certificates.ocspResponse,
        })
        .from(certificates)
        .where(isNotNull(certificates.chain))
        .orderBy(asc(certificates.id));
      return rows.flatMap((row) => servedOf(row, box));
    },
  };
}

const untroubled = { failures: 0, message: "", fault: null, nextAttemptAt: null };

const dateOf = (at: string | null) => (at === null ? null : new Date(at));

interface ServedRow extends Pick<typeof certificates.$inferSelect, "id" | "names" | "source" | "chain" | "keyId" | "ciphertext"> {
  tenant: string | null;
  ocsp: string | null;
}

function servedOf({ id, tenant, names, source, chain, keyId, ciphertext, ocsp }: ServedRow, box: SecretBox): ServedCertificate[] {
  if (chain === null || keyId === null || ciphertext === null) return [];
  try {
    const key = box.open({ of: "certificate", tenant, id }, { keyId, ciphertext });
    return [{ id, names, chain, key, ocsp, isPublic: isPublicSource(source, chain) }];
  } catch {
    // One key that cannot be read must not take all other hosts off HTTPS.
    return [];
  }
}

/** The local authority is known to nobody; an uploaded certificate may be a company's own. */
const isPublicSource = (source: Certificate["source"], chain: string): boolean =>
  source === "acme" || (source === "uploaded" && isPubliclyTrusted(chain));
