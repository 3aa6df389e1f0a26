import type { CertificateView, UploadCertificateRequest } from "@agentpod/core/api/certificate-view";
import type { Certificate } from "@agentpod/core/certificate";
import { isCoveredByDomain } from "@agentpod/core/domain";
import { invalidInput } from "@agentpod/core/draft-issues";
import type { Store } from "@agentpod/core/store";
import type { Tenant } from "@agentpod/core/tenant";
import type { AppDeps } from "../app-deps.ts";
import { checkUpload } from "./check-upload.ts";
import type { Note } from "./route.ts";
import { showCertificate } from "./show-certificate.ts";

/** Checks and stores an uploaded certificate of a tenant, or (null) of the installation. Throws `invalid` for what is wrong with it. */
export async function saveUpload(
  { store, deps, note }: { store: Store; deps: Pick<AppDeps, "clock" | "hosts">; note: (note: Note) => void },
  tenant: Tenant | null,
  upload: UploadCertificateRequest,
): Promise<CertificateView> {
  const { names, chain, key, facts } = checkUpload(upload, deps.clock());
  const stranger = tenant === null ? foreignToInstallation(names, deps.hosts) : await foreignToTenant(store, tenant, names);
  if (stranger !== undefined) {
    const whose = tenant === null ? "the installation's own hosts and base domains" : `verified domains of ${tenant.name}`;
    throw invalidInput([{ path: "chain", expected: `a certificate for names of ${whose} alone; ${stranger} is not one` }]);
  }
  const { id } = await store.certificates.want({ tenantId: tenant?.id ?? null, names, source: "uploaded" });
  await store.certificates.saveIssued(id, { ...facts, chain, key, renewAt: null, challenge: null });
  const saved = await store.certificates.get(id);
  note(noteCertificate(saved, `certificate for ${names.join(", ")} uploaded; it ends on ${facts.notAfter.slice(0, 10)}`));
  return showCertificate(saved, deps.clock());
}

/** A note about one certificate. */
export function noteCertificate({ id, tenantId, tenant, names }: Certificate, message: string): Note {
  return { tenantId, tenant, message, data: { certificate: id, names } };
}

async function foreignToTenant(store: Store, tenant: Tenant, names: readonly string[]): Promise<string | undefined> {
  const domains = await store.domains.list({ tenant: tenant.name });
  return names.find((name) => !domains.some((domain) => isCoveredByDomain(name, domain)));
}

function foreignToInstallation(names: readonly string[], { bases, reserved }: AppDeps["hosts"]): string | undefined {
  const isOwn = (name: string) => reserved.includes(name) || bases.some((base) => name === base || name.endsWith(`.${base}`));
  return names.find((name) => !isOwn(name));
}
