import { queryOptions } from "@tanstack/react-query";
import { api } from "../../../api/client.ts";

/** Databases of pods and their kept dumps; events of pods and operations say when to ask again. */
export const databaseQueries = {
  list: (tenant: string, pod: string) =>
    queryOptions({ queryKey: ["pod", tenant, pod, "databases"], queryFn: () => api.databases.list(tenant, pod) }),
  /** Of one pod, or of all of a tenant's. */
  dumps: (tenant: string, pod?: string) =>
    queryOptions({
      queryKey: ["dumps", tenant, pod ?? null],
      queryFn: () => api.databases.dumps(tenant, pod === undefined ? {} : { pod }),
    }),
  schedules: (tenant: string) => queryOptions({ queryKey: ["dump-schedules", tenant], queryFn: () => api.databases.dumpSchedules(tenant) }),
};
