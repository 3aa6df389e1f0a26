import { isIP } from "node:net";
import { signableNames } from "@agentpod/acme/permitted-names";
import type { AuthorityLimits, CertificateSnapshot } from "@agentpod/core/certificate-want";
import { asciiHost, isLocalHost } from "@agentpod/core/host-name";
import type { CertifierWorld } from "./certifier-world.ts";

/** Let's Encrypt's, with room for what others of the same domain ask. */
const letsEncrypt: AuthorityLimits = { perDomainAndWeek: 45, ordersInThreeHours: 250 };

/** Everything that certificates are decided from, as it is now. `localAuthority` is PEM. */
export async function certificateSnapshot(world: CertifierWorld, localAuthority: string): Promise<CertificateSnapshot> {
  const { directory } = world.settings.acme;
  const rows = await world.database.asSystem(async (store) => ({
    hosts: await store.routes.hosts(),
    domains: await store.domains.list({}),
    certificates: await store.certificates.list({}),
    providers: await store.dnsProviders.list({}),
  }));
  return {
    ...rows,
    baseDomains: world.settings.baseDomains,
    ownHosts: ownHosts(world.settings.publicUrl),
    localNames: signableNames(localAuthority, localNames(world)),
    authority: directory === null ? null : { limits: limitsOf(directory) },
  };
}

const limitsOf = (directory: string): AuthorityLimits | null =>
  /(^|\.)letsencrypt\.org$/.test(new URL(directory).hostname) ? letsEncrypt : null;

/** Who set an address with http: wants no redirect to HTTPS, which a certificate would bring. */
function ownHosts(publicUrl: string | null): string[] {
  if (publicUrl === null) return [];
  const { protocol, hostname } = new URL(publicUrl);
  return protocol === "https:" && isNamed(hostname) && !isLocalHost(hostname) ? [hostname] : [];
}

function localNames({ machine, settings }: CertifierWorld): string[] {
  const { name, addresses } = machine();
  const front = settings.publicUrl === null ? "localhost" : new URL(settings.publicUrl).hostname.replace(/^\[(.*)\]$/, "$1");
  const own = isNamed(front) && !isLocalHost(front) ? [] : [front];
  const host = asciiHost(name);
  return [...new Set(["localhost", "127.0.0.1", "::1", ...(host === null ? [] : [host]), ...addresses, ...own])];
}

const isNamed = (host: string): boolean => isIP(host.replace(/^\[(.*)\]$/, "$1")) === 0;
