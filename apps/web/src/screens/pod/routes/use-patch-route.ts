import type { PatchRouteRequest, PodRouteView } from "@agentpod/core/api/pod-route-view";
import type { PodView } from "@agentpod/core/api/pod-view";
import type { AppError } from "@agentpod/core/errors";
import { useQueryClient } from "@tanstack/react-query";
import { api } from "../../../api/client.ts";
import { useAct } from "../../../api/use-act.ts";

interface Options {
  done(): string;
  onDone?(): void;
  onError?(error: AppError): boolean;
}

/** Changes one route of a pod; refused when the pod has moved on since it was shown. */
export function usePatchRoute(pod: PodView, route: PodRouteView, { done, onDone, onError }: Options) {
  const client = useQueryClient();
  return useAct({
    run: (change: PatchRouteRequest) => api.routes.set(pod.tenant, pod.name, route.index, { ...change, generation: route.generation }),
    done,
    onDone() {
      void client.invalidateQueries({ queryKey: ["pod", pod.tenant, pod.name] });
      onDone?.();
    },
    ...(onError === undefined ? {} : { onError }),
  });
}
