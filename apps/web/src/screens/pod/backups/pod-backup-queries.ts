import { queryOptions } from "@tanstack/react-query";
import { api } from "../../../api/client.ts";

/** Backups of pods; events of pods and operations say when to ask again. */
export const podBackupQueries = {
  /** Of one pod, or of all of a tenant's. */
  list: (tenant: string, pod?: string) =>
    queryOptions({ queryKey: ["pod-backups", tenant, pod ?? null], queryFn: () => api.podBackups.list(tenant, pod) }),
  schedules: (tenant: string) => queryOptions({ queryKey: ["backup-schedules", tenant], queryFn: () => api.podBackups.schedules(tenant) }),
  /** Null: the installation's own. */
  targets: (tenant: string | null) => queryOptions({ queryKey: ["backup-targets", tenant], queryFn: () => api.podBackups.targets(tenant) }),
};
