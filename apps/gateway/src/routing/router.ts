import type { Route } from "./route.ts";

/** Finds routes by host or by their own port; the cost of a look-up does not grow with their number. */
export class Router {
  readonly #byHost = new Map<string, Route[]>();
  /** Of wildcard hosts, by what follows `*.`. */
  readonly #below = new Map<string, Route[]>();
  readonly #byPort = new Map<number, Route[]>();

  constructor(routes: readonly Route[]) {
    for (const route of routes) {
      for (const host of route.entry.hosts) {
        const lower = host.toLowerCase();
        if (lower.startsWith("*.")) insert(this.#below, lower.slice(2), route);
        else insert(this.#byHost, lower, route);
      }
      if (route.entry.publicPort !== null) insert(this.#byPort, route.entry.publicPort, route);
    }
    for (const map of [this.#byHost, this.#below, this.#byPort]) {
      // A stable sort: of equal paths the first in the table serves.
      for (const list of map.values()) if (list.length > 1) list.sort((a, b) => b.prefix.length - a.prefix.length);
    }
  }

  /**
   * By the exact host, then by a wildcard one label above it. Null: the host has routes, but none for this path. Undefined:
   * no route has this host.
   */
  find(host: string, path: string): Route | null | undefined {
    const exact = this.#byHost.get(host);
    if (exact !== undefined || this.#below.size === 0) return longest(exact, path);
    return longest(this.#below.get(host.slice(host.indexOf(".") + 1)), path);
  }

  findByPort(port: number, path: string): Route | null | undefined {
    return longest(this.#byPort.get(port), path);
  }

  get ports(): number[] {
    return [...this.#byPort.keys()];
  }

  /** Routes that are served on a port of their own. */
  atPort(port: number): readonly Route[] {
    return this.#byPort.get(port) ?? [];
  }
}

function longest(routes: Route[] | undefined, path: string): Route | null | undefined {
  if (routes === undefined) return undefined;
  for (const route of routes) if (covers(route.prefix, path)) return route;
  return null;
}

/** Segment borders: `/api` covers `/api`, `/api/x` and `/api?x`, not `/apix`. The prefix has no trailing slash. */
function covers(prefix: string, path: string): boolean {
  if (prefix === "") return true;
  if (!path.startsWith(prefix)) return false;
  const next = path.charCodeAt(prefix.length);
  return Number.isNaN(next) || next === 47 || next === 63;
}

function insert<K>(map: Map<K, Route[]>, key: K, route: Route): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [route]);
  else if (!list.includes(route)) list.push(route);
}
