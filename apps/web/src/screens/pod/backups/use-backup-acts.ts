import type { PodBackupView } from "@agentpod/core/api/pod-backup-view";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { api } from "../../../api/client.ts";
import { useAct } from "../../../api/use-act.ts";

/** What can be done with a backup by one press. */
export function useBackupActs({ tenant, id }: PodBackupView, onBegun: (operation: string) => void) {
  const t = useTranslations("podBackups");
  const client = useQueryClient();
  const again = (): void => void client.invalidateQueries({ queryKey: ["pod-backups", tenant] });
  return {
    verify: useAct({ run: () => api.podBackups.verify(tenant, id), done: () => t("whole"), onDone: again }),
    drill: useAct({ run: () => api.podBackups.drill(tenant, id), onDone: ({ operation }) => onBegun(operation) }),
    remove: useAct({ run: () => api.podBackups.delete(tenant, id), done: () => t("deleted"), onDone: again }),
  };
}
