import { AppError } from "@agentpod/core/errors";
import type { RouteEntry, RouteTable } from "@agentpod/core/route-table";
import { PolicyStore } from "./policies/policy-store.ts";
import { Split } from "./policies/split.ts";
import type { Upstream } from "./proxy/upstream.ts";
import { UpstreamRegistry } from "./proxy/upstream-registry.ts";
import { prefixOf, type Route } from "./routing/route.ts";
import { Router } from "./routing/router.ts";
import type { TableFile } from "./routing/table-file.ts";

const emptyTable: RouteTable = { version: 0, routes: [] };

/**
 * The table in force, one change after another: served at once, and known as served once it is on disk too. Until then nobody
 * relies on it, so a crash between the two only means that the control plane sends it again.
 */
export class ServedTable {
  readonly #file: TableFile;
  readonly upstreams: UpstreamRegistry;
  readonly #policies = new PolicyStore();
  readonly #onChange: () => Promise<void>;
  #version = 0;
  #savedVersion = 0;
  #router = new Router([]);
  #routes: readonly Route[] = [];
  #applying: Promise<unknown> = Promise.resolve();

  /** `onChange` is awaited after each switch; `onDrained` gets the route of an upstream that left and has nothing open any more. */
  constructor(file: TableFile, onChange: () => Promise<void>, onDrained: (route: string) => void) {
    this.#file = file;
    this.#onChange = onChange;
    this.upstreams = new UpstreamRegistry(onDrained);
  }

  /** Of the last table that is both served and on disk. */
  get version(): number {
    return this.#savedVersion;
  }

  get router(): Router {
    return this.#router;
  }

  get routes(): readonly Route[] {
    return this.#routes;
  }

  /** Serves the table that was in force when the gateway last ran. */
  async restore(): Promise<void> {
    const table = (await this.#file.load()) ?? emptyTable;
    await this.#serve(table);
    this.#savedVersion = table.version;
  }

  /** `text`: the same table as JSON; making it anew takes a large one's time. Resolves once the table is served and on disk; one that could not be written is served all the same, and written when it comes again. The same version: no effect; an older one: `conflict`. */
  apply(table: RouteTable, text = JSON.stringify(table)): Promise<void> {
    const applied = this.#applying.then(async () => {
      if (table.version === this.#savedVersion) return;
      if (table.version < this.#version)
        throw new AppError("conflict", `Route table ${table.version} is older than ${this.#version}, which is served.`);
      if (table.version > this.#version) await this.#serve(table);
      await this.#file.save(text);
      this.#savedVersion = table.version;
    });
    this.#applying = applied.catch(() => {});
    return applied;
  }

  async #serve(table: RouteTable): Promise<void> {
    const policiesOf = this.#policies.replace(table.routes);
    const upstreamOf = this.upstreams.replace(table.routes);
    const upstreams = new Map(table.routes.map((entry) => [entry.id, entry.upstreams.map(upstreamOf)]));
    const serving = new Set(table.routes.flatMap(({ id, state }) => (state === "serving" ? [id] : [])));
    this.#routes = table.routes.map((entry) => ({
      entry,
      prefix: prefixOf(entry.path),
      upstreams: upstreams.get(entry.id) ?? [],
      isFront: false,
      policies: policiesOf(entry),
      split: splitOf(entry, (id) => (serving.has(id) ? (upstreams.get(id) ?? []) : [])),
    }));
    this.#router = new Router(this.#routes);
    this.#version = table.version;
    await this.#onChange();
  }
}

/** Undefined where there is none, or the other route serves nothing now. */
function splitOf({ split }: RouteEntry, upstreamsOf: (route: string) => readonly Upstream[]): Split | undefined {
  const others = split === undefined ? [] : upstreamsOf(split.route);
  return split === undefined || others.length === 0 ? undefined : new Split(split.percent, others);
}
