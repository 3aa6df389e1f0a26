import type { Route } from "./route.ts";

/** Finds routes by host or by their own port; the cost of a look-up does not grow with their number. */
export class Router {
  readonly #byHost = new Map<string, Route[]>();
  readonly #byPort = new Map<number, Route[]>();

  constructor(routes: readonly Route[]) {
    for (const route of routes) {
      for (const host of route.entry.hosts) insert(this.#byHost, host.toLowerCase(), route);
      if (route.entry.publicPort !== null) insert(this.#byPort, route.entry.publicPort, route);
    }
    for (const list of [...this.#byHost.values(), ...this.#byPort.values()]) {
      // A stable sort: of equal paths the first in the table serves.
      list.sort((a, b) => b.prefix.length - a.prefix.length);
    }
  }

  /** Null: the host has routes, but none for this path. Undefined: no route has this host. */
  find(host: string, path: string): Route | null | undefined {
    return longest(this.#byHost.get(host), path);
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
