import type { DumpView } from "@agentpod/core/api/dump-view";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { api } from "../../../api/client.ts";
import { useAct } from "../../../api/use-act.ts";

/** What can be done with a kept dump by one press. */
export function useDumpActs({ tenant, id }: DumpView, onBegun: (operation: string) => void) {
  const t = useTranslations("podDatabase");
  const client = useQueryClient();
  return {
    check: useAct({ run: () => api.databases.verifyDump(tenant, id), onDone: ({ operation }) => onBegun(operation) }),
    remove: useAct({
      run: () => api.databases.deleteDump(tenant, id),
      done: () => t("deleted"),
      onDone: () => void client.invalidateQueries({ queryKey: ["dumps", tenant] }),
    }),
  };
}
