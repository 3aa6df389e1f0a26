import { domainToUnicode } from "node:url";
import type { PodRouteView } from "@agentpod/core/api/pod-route-view";
import type { Certificate } from "@agentpod/core/certificate";
import type { Pod } from "@agentpod/core/pod";
import type { RouteRow, Store } from "@agentpod/core/store";
import type { AppDeps } from "../app-deps.ts";
import { hidePasswords } from "./basic-auth-users.ts";
import { certificateOf } from "./show-certificate.ts";

type Showing = Pick<AppDeps, "addresses" | "clock" | "database">;

/** The installation's own certificates, which the app role does not see under a tenant: they serve pods' own hosts. */
export function installationCertificates(deps: Pick<AppDeps, "database">): Promise<Certificate[]> {
  return deps.database.asSystem((store) => store.certificates.list({ tenant: null }));
}

/** A pod's routes as they are stored, in the order of its spec. `shared`: see `installationCertificates`. */
export async function showRoutes(store: Store, pod: Pod, deps: Showing, shared: readonly Certificate[]): Promise<PodRouteView[]> {
  const [facts] = await store.pods.facts([pod.id]);
  const certificates = [...(await store.certificates.list({ tenant: pod.tenant })), ...shared];
  return (facts?.routes ?? []).map((row) => showRoute(row, pod, deps, certificates));
}

function showRoute(row: RouteRow, pod: Pod, deps: Showing, certificates: readonly Certificate[]): PodRouteView {
  const { index, id, unit, port, path, publicPort, timeoutSeconds, drainSeconds, policies, split, wake, wakeSeconds, state, message } = row;
  const declared = pod.spec.routes[index]?.hosts ?? [];
  return {
    index,
    id,
    generation: pod.generation,
    unit,
    port,
    path,
    hosts: row.hosts.map((host) => ({
      host,
      unicode: unicodeOf(host),
      declared: declared.includes(host),
      certificate: briefly(certificateOf(host, certificates, deps.clock())),
      urls: deps.addresses(pod, [{ ...row, hosts: [host], publicPort: null }]),
    })),
    publicPort,
    timeoutSeconds,
    drainSeconds,
    policies: hidePasswords({ routes: [{ policies }] }).routes[0]?.policies ?? null,
    split,
    wake,
    wakeSeconds,
    state,
    message,
    addresses: deps.addresses(pod, [row]),
  };
}

const unicodeOf = (host: string): string => (host.startsWith("*.") ? `*.${domainToUnicode(host.slice(2))}` : domainToUnicode(host));

function briefly(certificate: ReturnType<typeof certificateOf>): PodRouteView["hosts"][number]["certificate"] {
  if (certificate === null) return null;
  const { id, names, source, state, notAfter, message } = certificate;
  return { id, names, source, state, notAfter, message };
}
