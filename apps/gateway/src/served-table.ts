import { AppError } from "@agentpod/core/errors";
import type { RouteEntry, RouteTable } from "@agentpod/core/route-table";
import type { CompiledPolicies } from "./policies/compiled-policies.ts";
import { PolicyStore } from "./policies/policy-store.ts";
import { Split } from "./policies/split.ts";
import type { Upstream } from "./proxy/upstream.ts";
import { UpstreamRegistry } from "./proxy/upstream-registry.ts";
import { prefixOf, type Route } from "./routing/route.ts";
import { Router } from "./routing/router.ts";
import type { TableFile } from "./routing/table-file.ts";

const emptyTable: RouteTable = { version: 0, routes: [] };

/** The table in force: first on disk, then served, one change after another. */
export class ServedTable {
  readonly #file: TableFile;
  readonly upstreams: UpstreamRegistry;
  readonly #policies = new PolicyStore();
  readonly #onChange: () => Promise<void>;
  #version = 0;
  #router = new Router([]);
  #routes: readonly Route[] = [];
  #applying: Promise<unknown> = Promise.resolve();

  /** `onChange` is awaited after each switch; `onDrained` gets the route of an upstream that left and has nothing open any more. */
  constructor(file: TableFile, onChange: () => Promise<void>, onDrained: (route: string) => void) {
    this.#file = file;
    this.#onChange = onChange;
    this.upstreams = new UpstreamRegistry(onDrained);
  }

  get version(): number {
    return this.#version;
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
    await this.#serve(table, this.#policies.replace(table.routes));
  }

  /** `text`: the same table as JSON; making it anew takes a large one's time. Resolves once the table is on disk and served. The same version: no effect; an older one: `conflict`. */
  apply(table: RouteTable, text = JSON.stringify(table)): Promise<void> {
    const applied = this.#applying.then(async () => {
      if (table.version === this.#version) return;
      if (table.version < this.#version)
        throw new AppError("conflict", `Route table ${table.version} is older than ${this.#version}, which is served.`);
      const policiesOf = this.#policies.replace(table.routes);
      await this.#file.save(text);
      await this.#serve(table, policiesOf);
    });
    this.#applying = applied.catch(() => {});
    return applied;
  }

  async #serve(table: RouteTable, policiesOf: (entry: RouteEntry) => CompiledPolicies | undefined): Promise<void> {
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
