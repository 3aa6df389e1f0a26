import { AppError } from "@agentpod/core/errors";
import type { RouteTable } from "@agentpod/core/route-table";
import { UpstreamRegistry } from "./proxy/upstream-registry.ts";
import { prefixOf, type Route } from "./routing/route.ts";
import { Router } from "./routing/router.ts";
import type { TableFile } from "./routing/table-file.ts";

const emptyTable: RouteTable = { version: 0, routes: [] };

/** The table in force: first on disk, then served, one change after another. */
export class ServedTable {
  readonly #file: TableFile;
  readonly upstreams: UpstreamRegistry;
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
    await this.#serve((await this.#file.load()) ?? emptyTable);
  }

  /** Resolves once the table is on disk and served. The same version: no effect; an older one: `conflict`. */
  apply(table: RouteTable): Promise<void> {
    const applied = this.#applying.then(async () => {
      if (table.version === this.#version) return;
      if (table.version < this.#version)
        throw new AppError("conflict", `Route table ${table.version} is older than ${this.#version}, which is served.`);
      await this.#file.save(table);
      await this.#serve(table);
    });
    this.#applying = applied.catch(() => {});
    return applied;
  }

  async #serve(table: RouteTable): Promise<void> {
    const upstreamOf = this.upstreams.replace(table.routes);
    this.#routes = table.routes.map((entry) => ({
      entry,
      prefix: prefixOf(entry.path),
      upstreams: entry.upstreams.map(upstreamOf),
      isFront: false,
    }));
    this.#router = new Router(this.#routes);
    this.#version = table.version;
    await this.#onChange();
  }
}
