import type { DatabaseView, RevealedDatabase } from "@agentpod/core/api/database-view";
import type {
  BegunDump,
  CreateDumpRequest,
  DumpScheduleView,
  DumpView,
  RestoreDumpRequest,
  SetDumpScheduleRequest,
} from "@agentpod/core/api/dump-view";
import type { Transport } from "./transport.ts";

const enc = encodeURIComponent;

const dumpPath = (tenant: string, dump: string): string => `/tenants/${enc(tenant)}/dumps/${enc(dump)}`;

/** Databases among the units of pods. Dumps to a file and restores of one are programs that `pods.exec` runs with the database's login. */
export function databaseCalls(transport: Transport) {
  const base = (tenant: string, pod: string): string => `/tenants/${enc(tenant)}/pods/${enc(pod)}/databases`;
  return {
    list: (tenant: string, pod: string) => transport.json<DatabaseView[]>("GET", base(tenant, pod)),
    /** Kept dumps, the newest first; those of deleted pods too. */
    dumps: (tenant: string, filter: { pod?: string; unit?: string } = {}) =>
      transport.json<DumpView[]>("GET", `/tenants/${enc(tenant)}/dumps`, { query: filter }),
    dump: (tenant: string, dump: string) => transport.json<DumpView>("GET", dumpPath(tenant, dump)),
    /** What begins something gives its operation. */
    createDump: (tenant: string, pod: string, unit: string, body: CreateDumpRequest = {}) =>
      transport.json<BegunDump>("POST", `${base(tenant, pod)}/${enc(unit)}/dumps`, { json: body }),
    verifyDump: (tenant: string, dump: string) => transport.json<BegunDump>("POST", `${dumpPath(tenant, dump)}/verify`, { json: {} }),
    restoreDump: (tenant: string, dump: string, body: RestoreDumpRequest = {}) =>
      transport.json<BegunDump>("POST", `${dumpPath(tenant, dump)}/restore`, { json: body }),
    deleteDump: (tenant: string, dump: string) => transport.json<undefined>("DELETE", dumpPath(tenant, dump)),
    dumpSchedules: (tenant: string) => transport.json<DumpScheduleView[]>("GET", `/tenants/${enc(tenant)}/dump-schedules`),
    dumpSchedule: (tenant: string, pod: string, unit: string) =>
      transport.json<DumpScheduleView>("GET", `${base(tenant, pod)}/${enc(unit)}/dump-schedule`),
    setDumpSchedule: (tenant: string, pod: string, unit: string, body: SetDumpScheduleRequest) =>
      transport.json<DumpScheduleView>("PUT", `${base(tenant, pod)}/${enc(unit)}/dump-schedule`, { json: body }),
    deleteDumpSchedule: (tenant: string, pod: string, unit: string) =>
      transport.json<undefined>("DELETE", `${base(tenant, pod)}/${enc(unit)}/dump-schedule`),
    reveal: (tenant: string, pod: string, unit: string) =>
      transport.json<RevealedDatabase>("POST", `${base(tenant, pod)}/${enc(unit)}/reveal`, { json: {} }),
  };
}
