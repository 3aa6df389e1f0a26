import { randomBytes } from "node:crypto";
import { addDomainRequest, domainSummary, domainView, verifyDomainRequest } from "@agentpod/core/api/domain-view";
import { hostField } from "@agentpod/core/api/host-field";
import type { Domain } from "@agentpod/core/domain";
import { invalidInput } from "@agentpod/core/draft-issues";
import { z } from "zod";
import type { AppDeps } from "../app-deps.ts";
import { needs } from "../auth/access.ts";
import { dropCertificates } from "./drop-certificates.ts";
import { noteDomain } from "./note-domain.ts";
import { tenantParams } from "./path-params.ts";
import { route } from "./route.ts";
import { showDomain } from "./show-domain.ts";
import { verifyDomain } from "./verify-domain.ts";

const tag = "Domains";
const path = "/tenants/{tenant}/domains/{domain}";
const domainParams = tenantParams.extend({ domain: hostField });

const view = async (domain: Domain, deps: AppDeps) => ({ ...showDomain(domain), address: await deps.addressAdvice(domain.name) });

/** What AgentPod hands out itself is nobody's to claim. */
function checkOwnNames(name: string, { bases, reserved }: AppDeps["hosts"]): void {
  const base = bases.find((one) => name === one || name.endsWith(`.${one}`));
  if (base === undefined && !reserved.includes(name)) return;
  const expected = `a domain of your own; ${base === undefined ? name : `names below ${base}`} are given out by this installation`;
  throw invalidInput([{ path: "name", expected }]);
}

export const domainRoutes = [
  route({
    id: "addDomain",
    method: "post",
    path: "/tenants/{tenant}/domains",
    tag,
    summary: "Add a domain; the answer says what to publish to show that it is yours, and where it must point",
    access: needs("domain.write"),
    audit: "domain.added",
    params: tenantParams,
    body: addDomainRequest,
    answer: { status: 201, schema: domainView, description: "The domain, pending until it is verified" },
    async handle({ params, body, deps, change }) {
      const domain = await change(async (store, note) => {
        const tenant = await store.tenants.get(params.tenant);
        checkOwnNames(body.name, deps.hosts);
        const token = randomBytes(16).toString("hex");
        const added = await store.domains.insert({ tenantId: tenant.id, name: body.name, token });
        note(noteDomain(added, `domain ${added.name} added to ${tenant.name}`));
        return added;
      });
      return view(domain, deps);
    },
  }),
  route({
    id: "listDomains",
    method: "get",
    path: "/tenants/{tenant}/domains",
    tag,
    summary: "List the domains of a tenant",
    access: needs("domain.read"),
    params: tenantParams,
    answer: { status: 200, schema: z.array(domainSummary), description: "By name" },
    handle: ({ params, read }) =>
      read(async (store) => {
        await store.tenants.get(params.tenant);
        return (await store.domains.list({ tenant: params.tenant })).map(showDomain);
      }),
  }),
  route({
    id: "getDomain",
    method: "get",
    path,
    tag,
    summary: "One domain: its state, what to publish, where it points",
    access: needs("domain.read"),
    params: domainParams,
    answer: { status: 200, schema: domainView, description: "The domain" },
    handle: async ({ params, deps, read }) => view(await read((store) => store.domains.get(params.tenant, params.domain)), deps),
  }),
  route({
    id: "verifyDomain",
    method: "post",
    path: `${path}/verify`,
    tag,
    summary: "Look now whether the token is published; `trusted` is for the installation's admin",
    access: needs("domain.write"),
    audit: "domain.verified",
    params: domainParams,
    body: verifyDomainRequest,
    answer: { status: 200, schema: domainView, description: "The domain; `state` and `message` say what was found" },
    async handle({ principal, params, body, deps, read, change }) {
      const domain = await read((store) => store.domains.get(params.tenant, params.domain));
      return view(await verifyDomain({ deps, principal, change }, domain, body.method), deps);
    },
  }),
  route({
    id: "removeDomain",
    method: "delete",
    path,
    tag,
    summary: "Remove a domain that no route uses any more, with the certificates for its names",
    access: needs("domain.write"),
    audit: "domain.removed",
    params: domainParams,
    answer: { status: 204, description: "It is gone" },
    handle: ({ params, change }) =>
      change(async (store, note) => {
        const domain = await store.domains.get(params.tenant, params.domain);
        await store.domains.delete(domain.id);
        const { length } = await dropCertificates(store, domain);
        note(noteDomain(domain, `domain ${domain.name} removed from ${domain.tenant}, with ${length} certificate(s)`));
      }),
  }),
];
