import { type Domain, isCoveredByDomain } from "./domain.ts";
import { AppError, type Issue } from "./errors.ts";
import { hashOf } from "./hash.ts";

const maxLabel = 63;

/** Names under which this installation itself is reached, and below which it names pods. */
export interface HostRules {
  /** Base domains, e.g. `localhost`, `apps.example.com`. */
  bases: readonly string[];
  /** The installation's own hosts, without port. */
  reserved: readonly string[];
}

/**
 * The pod's own hosts, one below each base domain: `<pod>-<tenant>.<base>`, with a short hash where that is longer than a
 * DNS label or where another pod has it (`a-b` of `c`, `a` of `b-c`). `taken` answers for other pods only.
 */
export function defaultHosts(pod: string, tenant: string, bases: readonly string[], taken: (host: string) => boolean): string[] {
  for (const label of labels(pod, tenant)) {
    const hosts = bases.map((base) => `${label}.${base}`);
    if (!hosts.some(taken)) return hosts;
  }
  throw new AppError("conflict", `All host names for pod ${tenant}/${pod} are taken; choose another pod name.`);
}

function labels(pod: string, tenant: string): string[] {
  const plain = `${pod}-${tenant}`;
  const hash = hashOf([tenant, pod]);
  const suffixed = [6, 10, 16, 24].map((length) => `${plain.slice(0, maxLabel - 1 - length).replace(/-+$/, "")}-${hash.slice(0, length)}`);
  return plain.length <= maxLabel ? [plain, ...suffixed] : suffixed;
}

/** A route as far as hosts go. */
interface Hosted {
  hosts: string[];
  path: string;
}

/** Gives the pod's own hosts to the first route of each path; the rest keep the hosts they declare. */
export function withDefaultHosts<R extends Hosted>(routes: readonly R[], defaults: readonly string[]): R[] {
  return routes.map((route, i) =>
    routes.findIndex((other) => other.path === route.path) === i ? { ...route, hosts: [...new Set([...defaults, ...route.hosts])] } : route,
  );
}

/**
 * What is wrong with hosts that a pod declares for itself: addresses and bare names (this machine is reached by those),
 * the installation's own hosts, names below a base domain that are another tenant's to have, and names of no verified
 * domain of the tenant. Wildcards need a domain of the tenant's own.
 */
export function hostIssues(
  hosts: readonly string[],
  tenant: string,
  rules: HostRules & { domains: readonly Pick<Domain, "name" | "state" | "method">[] },
  at: string,
): Issue[] {
  return hosts.flatMap((host, i): Issue[] => {
    const path = `${at}[${i}]`;
    if (/^[\d.]+$/.test(host)) return [{ path, expected: "a host name, not an address" }];
    if ([host, host.replace(/^\*\./, "")].some((name) => rules.reserved.includes(name) || rules.bases.includes(name)))
      return [{ path, expected: `another host than ${host}, under which AgentPod itself is reached` }];
    if (!host.includes(".")) return [{ path, expected: "a full host name with a domain, such as shop.example.com" }];
    const base = rules.bases.find((b) => host.endsWith(`.${b}`));
    if (base !== undefined) {
      if (!host.startsWith("*") && host.endsWith(`-${tenant}.${base}`)) return [];
      return [{ path, expected: `below ${base} only names that end in -${tenant}.${base}` }];
    }
    if (rules.domains.some((domain) => isCoveredByDomain(host, domain))) return [];
    return [
      {
        path,
        expected: `a host of a verified domain of ${tenant}; add it first: agentpod domain add ${tenant} ${host.replace(/^\*\./, "")}`,
      },
    ];
  });
}
