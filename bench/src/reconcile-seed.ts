import { randomUUID } from "node:crypto";
import { draftRoutes } from "@agentpod/core/draft-pod";
import { plan } from "@agentpod/core/plan";
import { podSpec } from "@agentpod/core/pod-spec";
import type { Runtime } from "@agentpod/core/runtime";
import type { PodSnapshot, ServerFacts } from "@agentpod/core/snapshot";
import { emptyStatus } from "@agentpod/core/status";
import type { PodFacts } from "@agentpod/core/store";
import pg from "pg";

const spec = podSpec.parse({
  units: [
    {
      name: "app",
      image: "node:24",
      ports: [{ name: "http", container: 8080 }],
      probe: { kind: "http", port: "http" },
      env: { GREETING: "hello", URL: "{{ pod.url }}" },
      volumes: [{ name: "data", path: "/data" }],
    },
  ],
  routes: [{ unit: "app", port: "http" }],
});

/** The table version that all seeded routes were last changed at. */
const version = 1;

export interface SeedTarget {
  /** Of the system role. */
  url: string;
  runtime: Runtime;
  server: Omit<ServerFacts, "taken">;
  /** Shared by all seeded pods; grows. */
  taken: Record<"port" | "subnet" | "uid" | "public_port", Set<number>>;
}

/** Pods that run and have nothing left to do, in rows and on the runtime, made with the plan itself but without its transactions. Gives the rows' route upstreams. */
export async function seedPods(target: SeedTarget, tenant: { id: string; name: string }, names: readonly string[]): Promise<PodFacts[]> {
  const all: PodFacts[] = [];
  for (const name of names) all.push(await settled(target, tenant, name));
  await insert(target.url, all);
  return all;
}

async function settled({ runtime, server, taken }: SeedTarget, tenant: { id: string; name: string }, name: string): Promise<PodFacts> {
  const at = new Date();
  const [route] = draftRoutes(spec);
  const facts: PodFacts = {
    pod: {
      id: randomUUID(),
      tenantId: tenant.id,
      tenant: tenant.name,
      name,
      template: null,
      inputs: {},
      spec,
      desired: "running",
      keepData: false,
      asleep: null,
      held: null,
      volumeCopies: {},
      generation: 1,
      restarts: 0,
      status: emptyStatus,
      server: "local",
      createdAt: at.toISOString(),
      updatedAt: at.toISOString(),
    },
    allocations: [],
    routes: route
      ? [
          {
            id: randomUUID(),
            ...route,
            hosts: [`${name}-${tenant.name}.localhost`],
            publicPort: null,
            state: "unready",
            message: "",
            upstreams: [],
            version: 0,
          },
        ]
      : [],
    secrets: {},
  };
  for (let round = 0; round < 20; round++) {
    const { units, pods, volumes } = await runtime.observe([facts.pod.id]);
    const snapshot: PodSnapshot = {
      facts,
      server: { ...server, taken },
      observed: { units, prepared: pods.length > 0, volumes },
      health: Object.fromEntries(units.map(({ runId }) => [runId, { state: "healthy", message: "", since: at.toISOString() }])),
      gateway: { servedVersion: version, load: {}, portErrors: {}, certificateVersion: "", httpsPort: null, httpsError: null },
    };
    const { actions } = plan(snapshot, new Date());
    if (actions.length === 0) return facts;
    for (const action of actions) {
      if (action.kind === "save-status") facts.pod.status = action.status;
      else if (action.kind === "prepare-pod") await runtime.preparePod(action.scope);
      else if (action.kind === "ensure-volume") await runtime.ensureVolume(action.volume, action.scope);
      else if (action.kind === "ensure-unit") await runtime.ensure(action.run);
      else if (action.kind === "allocate") {
        taken[action.allocation.kind].add(action.allocation.value);
        facts.allocations.push(action.allocation);
      } else if (action.kind === "set-route") {
        const { state, message, upstreams } = action;
        facts.routes = facts.routes.map((row) => ({ ...row, state, message, upstreams, version }));
      }
    }
  }
  throw new Error(`pod ${name} does not come to rest`);
}

/** Sets of rows, each as one JSON document: ten thousand pods in a second. */
async function insert(url: string, all: readonly PodFacts[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query("begin");
    for (let from = 0; from < all.length; from += 1000) {
      const some = all.slice(from, from + 1000);
      await client.query(
        `insert into agentpod.pods (id, tenant_id, name, inputs, spec, status, server)
         select id, tenant_id, name, '{}', spec, status, 'local' from jsonb_to_recordset($1) as r(id uuid, tenant_id uuid, name text, spec jsonb, status jsonb)`,
        [JSON.stringify(some.map(({ pod }) => ({ ...pod, tenant_id: pod.tenantId })))],
      );
      await client.query(
        `insert into agentpod.allocations (server, kind, value, purpose, pod_id, tenant_id)
         select 'local', kind, value, purpose, pod_id, tenant_id from jsonb_to_recordset($1) as r(kind text, value int, purpose text, pod_id uuid, tenant_id uuid)`,
        [
          JSON.stringify(
            some.flatMap(({ pod, allocations }) => allocations.map((a) => ({ ...a, pod_id: pod.id, tenant_id: pod.tenantId }))),
          ),
        ],
      );
      await client.query(
        `insert into agentpod.routes (id, pod_id, tenant_id, index, unit, port, hosts, path, timeout_seconds, drain_seconds, state, message, upstreams, version)
         select id, pod_id, tenant_id, index, unit, port, array(select jsonb_array_elements_text(hosts)), path, timeout_seconds, drain_seconds, state, message, upstreams, version
         from jsonb_to_recordset($1) as r(id uuid, pod_id uuid, tenant_id uuid, index int, unit text, port text, hosts jsonb, path text,
           timeout_seconds int, drain_seconds int, state text, message text, upstreams jsonb, version bigint)`,
        [
          JSON.stringify(
            some.flatMap(({ pod, routes }) =>
              routes.map((r) => ({
                ...r,
                pod_id: pod.id,
                tenant_id: pod.tenantId,
                timeout_seconds: r.timeoutSeconds,
                drain_seconds: r.drainSeconds,
              })),
            ),
          ),
        ],
      );
    }
    await client.query("update agentpod.route_table set version = $1", [version]);
    await client.query("commit");
  } finally {
    await client.end();
  }
}
