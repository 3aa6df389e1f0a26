import { certificateView, uploadCertificateRequest } from "@agentpod/core/api/certificate-view";
import type { Certificate } from "@agentpod/core/certificate";
import { AppError } from "@agentpod/core/errors";
import type { Store } from "@agentpod/core/store";
import { z } from "zod";
import { needs, requirePlatform } from "../auth/access.ts";
import { tenantParams } from "./path-params.ts";
import { type Call, route } from "./route.ts";
import { noteCertificate, saveUpload } from "./save-upload.ts";
import { showCertificate } from "./show-certificate.ts";

const tag = "Certificates";
const list = { status: 200, schema: z.array(certificateView), description: "The installation's own first, then by tenant" } as const;
const id = z.uuid("a certificate id");
const ofTenant = tenantParams.extend({ certificate: id });
const ofInstallation = z.object({ certificate: id });

/** The tenant's own certificate; `tenant` null: any. */
async function certificateIn(store: Store, tenant: string | null, wanted: string): Promise<Certificate> {
  const certificate = await store.certificates.find(wanted);
  if (certificate && (tenant === null || certificate.tenant === tenant)) return certificate;
  throw new AppError("not_found", `There is no certificate with id ${wanted}.`);
}

const renew = ({ change, deps }: Pick<Call, "change" | "deps">, tenant: string | null, wanted: string) =>
  change(async (store, note) => {
    const certificate = await certificateIn(store, tenant, wanted);
    if (certificate.source === "uploaded")
      throw new AppError("conflict", "An uploaded certificate is renewed by whoever issued it: upload the new one, which takes its place.");
    await store.certificates.renewNow(certificate.id);
    note(noteCertificate(certificate, `certificate for ${certificate.names.join(", ")} is to be renewed now`));
    return showCertificate(await store.certificates.get(certificate.id), deps.clock());
  });

const remove = ({ change }: Pick<Call, "change">, tenant: string | null, wanted: string) =>
  change(async (store, note) => {
    const certificate = await certificateIn(store, tenant, wanted);
    if (certificate.source !== "uploaded")
      throw new AppError(
        "conflict",
        "AgentPod keeps this certificate by itself for as long as its hosts are routed; only uploaded ones are removed.",
      );
    await store.certificates.delete(certificate.id);
    note(noteCertificate(certificate, `certificate for ${certificate.names.join(", ")} removed`));
  });

export const certificateRoutes = [
  route({
    id: "listCertificates",
    method: "get",
    path: "/tenants/{tenant}/certificates",
    tag,
    summary: "List the certificates of a tenant's domains",
    access: needs("domain.read"),
    params: tenantParams,
    answer: list,
    handle: ({ params, deps, read }) =>
      read(async (store) => {
        await store.tenants.get(params.tenant);
        return (await store.certificates.list({ tenant: params.tenant })).map((one) => showCertificate(one, deps.clock()));
      }),
  }),
  route({
    id: "listAllCertificates",
    method: "get",
    path: "/certificates",
    tag,
    summary: "List every certificate, the installation's own too",
    access: needs("platform.read"),
    answer: list,
    async handle({ principal, deps, read }) {
      requirePlatform(principal, "listing every certificate");
      return read(async (store) => (await store.certificates.list({})).map((one) => showCertificate(one, deps.clock())));
    },
  }),
  route({
    id: "getLocalAuthority",
    method: "get",
    path: "/certificates/authority",
    tag,
    summary: "The certificate of the local authority, which signs for .localhost and LAN names",
    access: { kind: "public", because: "a certificate is public: every TLS handshake that it signs for shows as much" },
    answer: { status: 200, schema: z.string(), type: "application/x-pem-file", description: "PEM, to be trusted on machines that visit" },
    async handle({ context, deps }) {
      const authority = await deps.database.asSystem((store) => store.acme.localAuthority());
      if (authority === null)
        throw new AppError("not_found", "There is no local authority yet: it is made with the first local certificate.");
      return context.body(authority.certificate, 200, { "content-type": "application/x-pem-file" });
    },
  }),
  route({
    id: "uploadCertificate",
    method: "post",
    path: "/tenants/{tenant}/certificates",
    tag,
    summary: "Upload a certificate for names of the tenant's verified domains; one for the same names takes the place of the last",
    access: needs("certificate.write"),
    audit: "certificate.uploaded",
    params: tenantParams,
    body: uploadCertificateRequest,
    answer: { status: 201, schema: certificateView, description: "The certificate" },
    handle: ({ params, body, deps, change }) =>
      change(async (store, note) => saveUpload({ store, deps, note }, await store.tenants.get(params.tenant), body)),
  }),
  route({
    id: "uploadInstallationCertificate",
    method: "post",
    path: "/certificates",
    tag,
    summary: "Upload a certificate for the installation's own hosts and base domains",
    access: needs("platform.gateway"),
    audit: "certificate.uploaded",
    body: uploadCertificateRequest,
    answer: { status: 201, schema: certificateView, description: "The certificate" },
    async handle({ principal, body, deps, change }) {
      requirePlatform(principal, "a certificate for the installation");
      return change((store, note) => saveUpload({ store, deps, note }, null, body));
    },
  }),
  route({
    id: "renewCertificate",
    method: "post",
    path: "/tenants/{tenant}/certificates/{certificate}/renew",
    tag,
    summary: "Renew a certificate now, whatever failed before",
    access: needs("certificate.write"),
    audit: "certificate.renewal_asked",
    params: ofTenant,
    answer: { status: 202, schema: certificateView, description: "Accepted: the one in force stays until the new one is there" },
    handle: (call) => renew(call, call.params.tenant, call.params.certificate),
  }),
  route({
    id: "renewAnyCertificate",
    method: "post",
    path: "/certificates/{certificate}/renew",
    tag,
    summary: "Renew any certificate now, the installation's own too",
    access: needs("platform.gateway"),
    audit: "certificate.renewal_asked",
    params: ofInstallation,
    answer: { status: 202, schema: certificateView, description: "Accepted: the one in force stays until the new one is there" },
    async handle(call) {
      requirePlatform(call.principal, "renewing the installation's certificates");
      return renew(call, null, call.params.certificate);
    },
  }),
  route({
    id: "deleteCertificate",
    method: "delete",
    path: "/tenants/{tenant}/certificates/{certificate}",
    tag,
    summary: "Remove an uploaded certificate",
    access: needs("certificate.write"),
    audit: "certificate.removed",
    params: ofTenant,
    answer: { status: 204, description: "It is gone" },
    handle: (call) => remove(call, call.params.tenant, call.params.certificate),
  }),
  route({
    id: "deleteAnyCertificate",
    method: "delete",
    path: "/certificates/{certificate}",
    tag,
    summary: "Remove any uploaded certificate, the installation's own too",
    access: needs("platform.gateway"),
    audit: "certificate.removed",
    params: ofInstallation,
    answer: { status: 204, description: "It is gone" },
    async handle(call) {
      requirePlatform(call.principal, "removing the installation's certificates");
      return remove(call, null, call.params.certificate);
    },
  }),
];
