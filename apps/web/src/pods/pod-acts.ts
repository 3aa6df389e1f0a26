import type { PodSummary, PodView } from "@agentpod/core/api/pod-view";
import type { QueryClient } from "@tanstack/react-query";
import { api } from "../api/client.ts";
import { showPod } from "../api/refresh-pod.ts";

export type PodVerb = "start" | "stop" | "restart" | "sleep" | "delete";

type Named = Pick<PodSummary, "tenant" | "name">;

/** Asks for it; the answer, which says what is now wanted, is shown at once. */
export async function actOnPod(client: QueryClient, verb: PodVerb, { tenant, name }: Named, keepData = false): Promise<PodView> {
  const view = await (verb === "delete" ? api.pods.delete(tenant, name, keepData) : api.pods[verb](tenant, name));
  showPod(client, view);
  return view;
}

const atOnce = 6;

/** The same for many, a few at a time; gives those that failed with their errors, in no order. */
export async function actOnPods(client: QueryClient, verb: PodVerb, pods: readonly Named[]): Promise<{ pod: Named; error: unknown }[]> {
  const waiting = [...pods];
  const failed: { pod: Named; error: unknown }[] = [];
  const work = async (): Promise<void> => {
    for (let pod = waiting.shift(); pod !== undefined; pod = waiting.shift()) {
      const one = pod;
      await actOnPod(client, verb, one).catch((error: unknown) => failed.push({ pod: one, error }));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return failed;
}
