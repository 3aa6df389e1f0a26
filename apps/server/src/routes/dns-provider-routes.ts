import { addDnsProviderRequest, dnsProviderKindView, dnsProviderView } from "@agentpod/core/api/dns-provider-view";
import type { DnsProvider } from "@agentpod/core/certificate";
import { name } from "@agentpod/core/name";
import type { Store } from "@agentpod/core/store";
import type { Tenant } from "@agentpod/core/tenant";
import { z } from "zod";
import { needs, requirePlatform } from "../auth/access.ts";
import { showDnsProviderKinds } from "../setup/dns-provider-kinds.ts";
import { tenantParams } from "./path-params.ts";
import { type Call, type Note, route } from "./route.ts";

const tag = "DNS providers";
const provider = z.object({ provider: name });
const list = { status: 200, schema: z.array(dnsProviderView), description: "By name, without credentials" } as const;
const added = { status: 201, schema: dnsProviderView, description: "The provider, without credentials" } as const;
const gone = { status: 204, description: "It is gone" } as const;

const show = ({ id, tenant, name, kind, zones, createdAt }: DnsProvider) => ({ id, tenant, name, kind, zones, createdAt });

const noteProvider = ({ tenantId, tenant, name, kind, zones }: DnsProvider, message: string): Note => ({
  tenantId,
  tenant,
  message,
  data: { provider: name, kind, zones },
});

/** `owner`: gives the tenant, or null for the installation; throws where the caller may not. */
async function add(
  { deps, read, change }: Pick<Call, "deps" | "read" | "change">,
  body: z.output<typeof addDnsProviderRequest>,
  owner: (store: Store) => Promise<Tenant | null>,
) {
  // Asked first, so that nobody has credentials tried for a tenant that is not theirs.
  await read(owner);
  await deps.testDnsProvider(body.kind, body.credentials, body.zones);
  return change(async (store, note) => {
    const tenant = await owner(store);
    const stored = await store.dnsProviders.insert({ ...body, tenantId: tenant?.id ?? null });
    note(noteProvider(stored, `DNS provider ${stored.name} added for ${stored.zones.join(", ")}`));
    return show(stored);
  });
}

const remove = ({ change }: Pick<Call, "change">, tenant: string | null, name: string) =>
  change(async (store, note) => {
    const found = await store.dnsProviders.get(tenant, name);
    await store.dnsProviders.delete(found.id);
    note(noteProvider(found, `DNS provider ${found.name} removed`));
  });

export const dnsProviderRoutes = [
  route({
    id: "listDnsProviderKinds",
    method: "get",
    path: "/dns-provider-kinds",
    tag,
    summary: "The DNS services that can be added, and what each wants to know",
    access: { kind: "authenticated" },
    answer: { status: 200, schema: z.array(dnsProviderKindView), description: "With the fields of a form" },
    handle: async () => showDnsProviderKinds(),
  }),
  route({
    id: "listDnsProviders",
    method: "get",
    path: "/tenants/{tenant}/dns-providers",
    tag,
    summary: "List a tenant's DNS providers",
    access: needs("domain.read"),
    params: tenantParams,
    answer: list,
    handle: ({ params, read }) =>
      read(async (store) => {
        await store.tenants.get(params.tenant);
        return (await store.dnsProviders.list({ tenant: params.tenant })).map(show);
      }),
  }),
  route({
    id: "addDnsProvider",
    method: "post",
    path: "/tenants/{tenant}/dns-providers",
    tag,
    summary: "Add a DNS provider for wildcard certificates; its credentials are tried first and never shown again",
    access: needs("domain.write"),
    audit: "dns_provider.added",
    params: tenantParams,
    body: addDnsProviderRequest,
    answer: added,
    handle: (call) => add(call, call.body, (store) => store.tenants.get(call.params.tenant)),
  }),
  route({
    id: "deleteDnsProvider",
    method: "delete",
    path: "/tenants/{tenant}/dns-providers/{provider}",
    tag,
    summary: "Remove a tenant's DNS provider; wildcard certificates of its zones are no longer renewed",
    access: needs("domain.write"),
    audit: "dns_provider.removed",
    params: tenantParams.extend(provider.shape),
    answer: gone,
    handle: (call) => remove(call, call.params.tenant, call.params.provider),
  }),
  route({
    id: "listInstallationDnsProviders",
    method: "get",
    path: "/dns-providers",
    tag,
    summary: "List the installation's DNS providers",
    access: needs("platform.read"),
    answer: list,
    async handle({ principal, read }) {
      requirePlatform(principal, "listing the installation's DNS providers");
      return read(async (store) => (await store.dnsProviders.list({ tenant: null })).map(show));
    },
  }),
  route({
    id: "addInstallationDnsProvider",
    method: "post",
    path: "/dns-providers",
    tag,
    summary: "Add a DNS provider for the base domains' certificates",
    access: needs("platform.gateway"),
    audit: "dns_provider.added",
    body: addDnsProviderRequest,
    answer: added,
    async handle(call) {
      requirePlatform(call.principal, "a DNS provider for the installation");
      return add(call, call.body, async () => null);
    },
  }),
  route({
    id: "deleteInstallationDnsProvider",
    method: "delete",
    path: "/dns-providers/{provider}",
    tag,
    summary: "Remove a DNS provider of the installation",
    access: needs("platform.gateway"),
    audit: "dns_provider.removed",
    params: provider,
    answer: gone,
    async handle(call) {
      requirePlatform(call.principal, "removing the installation's DNS providers");
      return remove(call, null, call.params.provider);
    },
  }),
];
