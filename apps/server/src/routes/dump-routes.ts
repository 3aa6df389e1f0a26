import { begunDump, createDumpRequest, type DumpView, dumpView, restoreDumpRequest } from "@agentpod/core/api/dump-view";
import { AppError } from "@agentpod/core/errors";
import { name } from "@agentpod/core/name";
import { podLabel } from "@agentpod/core/pod";
import type { Store } from "@agentpod/core/store";
import type { VolumeBackup } from "@agentpod/core/volume-backup";
import { z } from "zod";
import { needs } from "../auth/access.ts";
import { requirePostgresUnit } from "../databases/postgres-unit.ts";
import { queueDump, queueDumpCheck, queueDumpRestore } from "../databases/queue-dump.ts";
import { notePod } from "./note-pod.ts";
import { podParams, tenantParams } from "./path-params.ts";
import { targetNamed } from "./pod-backup-routes.ts";
import { type Note, route } from "./route.ts";

const tag = "Databases";
const params = tenantParams.extend({ dump: z.uuid("the id of a dump") });
const begun = { status: 202, schema: begunDump, description: "Begun; its operation tells how it goes on" } as const;

function show({ unit, dump, drill, operationId, ...kept }: VolumeBackup): DumpView {
  const { id, tenant, pod, podId, target, trigger, state, message, object, bytes, createdAt, finishedAt, verifiedAt } = kept;
  const content = dump && { database: dump.database, version: dump.version, tables: dump.tables, rows: dump.rows };
  return {
    ...{ id, tenant, pod, podId, unit: unit ?? "", target, trigger, state, message, object, bytes, content },
    ...{ createdAt, finishedAt, verifiedAt, check: drill, operation: operationId },
  };
}

/** Of the tenant that the address names. */
async function dumpOf(store: Store, tenant: string, id: string): Promise<VolumeBackup & { unit: string }> {
  const { id: tenantId } = await store.tenants.get(tenant);
  const missing = new AppError("not_found", `There is no dump ${id}; agentpod db dumps list shows those there are.`);
  const dump = await store.volumeBackups.get(id).catch((error: unknown) => {
    throw error instanceof AppError && error.code === "not_found" ? missing : error;
  });
  if (dump.tenantId !== tenantId || dump.unit === null) throw missing;
  return { ...dump, unit: dump.unit };
}

const noteDump = ({ tenantId, tenant, pod, podId, id, unit }: VolumeBackup, message: string): Note => ({
  ...{ tenantId, tenant, pod, podId, message },
  data: { dump: id, unit },
});

export const dumpRoutes = [
  route({
    id: "listDumps",
    method: "get",
    path: "/tenants/{tenant}/dumps",
    tag,
    summary: "Kept dumps of the databases of a tenant's pods, those of deleted pods too",
    access: needs("backup.read"),
    params: tenantParams,
    query: z.strictObject({ pod: name.optional(), unit: name.optional() }),
    answer: { status: 200, schema: z.array(dumpView), description: "The newest first" },
    handle: ({ params, query: { pod, unit }, read }) =>
      read(async (store) => {
        await store.tenants.get(params.tenant);
        const filter = { tenant: params.tenant, ...(pod !== undefined && { pod }), ...(unit !== undefined && { unit }) };
        return (await store.volumeBackups.list({ kind: "dump", ...filter })).map(show);
      }),
  }),
  route({
    id: "createDump",
    method: "post",
    path: "/tenants/{tenant}/pods/{pod}/databases/{unit}/dumps",
    tag,
    summary: "Begin a dump of a PostgreSQL that is kept at a target; it is tried out in a throw-away database before it counts",
    access: needs("backup.write"),
    audit: "pod.dump_asked",
    params: podParams.extend({ unit: name }),
    body: createDumpRequest,
    answer: begun,
    handle: ({ params, body, principal, deps, change }) =>
      change(async (store, note) => {
        const pod = await store.pods.get(params.tenant, params.pod);
        requirePostgresUnit(pod, params.unit);
        const target = await targetNamed(store, params.tenant, body.target);
        const asked = { unit: params.unit, target, trigger: "request" as const, actor: principal.actor, at: deps.clock() };
        const made = await queueDump(store, pod, asked);
        note(notePod(pod, `a dump of ${params.unit} of ${podLabel(pod)} was asked for`, { ...made, unit: params.unit }));
        return made;
      }),
  }),
  route({
    id: "getDump",
    method: "get",
    path: "/tenants/{tenant}/dumps/{dump}",
    tag,
    summary: "One kept dump: what is in it, and how trying it out went",
    access: needs("backup.read"),
    params,
    answer: { status: 200, schema: dumpView, description: "The dump" },
    handle: ({ params, read }) => read(async (store) => show(await dumpOf(store, params.tenant, params.dump))),
  }),
  route({
    id: "verifyDump",
    method: "post",
    path: "/tenants/{tenant}/dumps/{dump}/verify",
    tag,
    summary: "Read a kept dump back and restore it into a throw-away database, whose tables and rows are counted",
    access: needs("backup.write"),
    audit: "pod.dump_check_asked",
    params,
    answer: begun,
    handle: ({ params, principal, change }) =>
      change(async (store, note) => {
        const dump = await dumpOf(store, params.tenant, params.dump);
        requireReady(dump);
        const { id } = await queueDumpCheck(store, dump, false, principal.actor);
        note(noteDump(dump, `dump ${dump.id} of ${dump.unit} of ${dump.tenant}/${dump.pod} is to be tried out`));
        return { dump: dump.id, operation: id };
      }),
  }),
  route({
    id: "restoreDump",
    method: "post",
    path: "/tenants/{tenant}/dumps/{dump}/restore",
    tag,
    summary: "Replace the data of a PostgreSQL by a kept dump, once all of it is there; who is connected is put out",
    access: needs("backup.write"),
    audit: "pod.dump_restore_asked",
    params,
    body: restoreDumpRequest,
    answer: begun,
    handle: ({ params, body, principal, change }) =>
      change(async (store, note) => {
        const dump = await dumpOf(store, params.tenant, params.dump);
        requireReady(dump);
        const pod = await store.pods.get(params.tenant, body.pod ?? dump.pod);
        const unit = body.unit ?? dump.unit;
        requirePostgresUnit(pod, unit);
        const { id } = await queueDumpRestore(store, dump, pod, unit, principal.actor);
        note(notePod(pod, `dump ${dump.id} is to be brought back into ${unit} of ${podLabel(pod)}`, { dump: dump.id, unit }));
        return { dump: dump.id, operation: id };
      }),
  }),
  route({
    id: "deleteDump",
    method: "delete",
    path: "/tenants/{tenant}/dumps/{dump}",
    tag,
    summary: "Delete a kept dump, at its target too",
    access: needs("backup.write"),
    audit: "pod.dump_deleted",
    params,
    answer: { status: 204, description: "It is gone" },
    async handle({ params, deps, read, change }) {
      const found = await read((store) => dumpOf(store, params.tenant, params.dump));
      await deps.volumeBackups.remove(found);
      await change(async (_store, note) =>
        note(noteDump(found, `dump ${found.id} of ${found.unit} of ${found.tenant}/${found.pod} was deleted`)),
      );
    },
  }),
];

function requireReady({ id, state }: VolumeBackup): void {
  if (state !== "ready") throw new AppError("conflict", `Dump ${id} is ${state}: only a whole one can be brought back.`);
}
