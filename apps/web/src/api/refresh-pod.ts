import type { PodSummary, PodView } from "@agentpod/core/api/pod-view";
import { toAppError } from "@agentpod/core/errors";
import type { QueryClient } from "@tanstack/react-query";
import { api } from "./client.ts";

/** Asks for one pod and puts the answer wherever it is shown; one that is gone leaves the list. */
export async function refreshPod(client: QueryClient, tenant: string, pod: string): Promise<void> {
  try {
    showPod(client, await api.pods.get(tenant, pod));
    void client.invalidateQueries({ queryKey: ["pod", tenant, pod], predicate: (query) => query.queryKey.length > 3 });
  } catch (thrown) {
    if (toAppError(thrown).code !== "not_found") return;
    changeList(client, (list) => list.filter((one) => one.tenant !== tenant || one.name !== pod));
    void client.invalidateQueries({ queryKey: ["pod", tenant, pod] });
  }
}

/** Puts a pod's new state into every answer that holds it. An older answer that comes late changes nothing. */
export function showPod(client: QueryClient, view: PodView): void {
  client.setQueryData<PodView>(["pod", view.tenant, view.name], (old) => (isOlder(view, old) ? old : view));
  changeList(client, (list) => {
    const i = list.findIndex((one) => one.id === view.id);
    return i < 0 ? [...list, view] : isOlder(view, list[i]) ? list : list.with(i, view);
  });
}

function changeList(client: QueryClient, change: (list: PodSummary[]) => PodSummary[]): void {
  client.setQueryData<PodSummary[]>(["pods"], (list) => (list === undefined ? list : change(list)));
}

function isOlder(view: PodSummary, known: PodSummary | undefined): boolean {
  return known !== undefined && known.id === view.id && known.updatedAt > view.updatedAt;
}
