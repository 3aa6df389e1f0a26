import { queryOptions } from "@tanstack/react-query";
import { api } from "../../api/client.ts";

/** Containers that AgentPod did not make. No event tells of them: they are looked for whenever the page is seen anew. */
export const foreignContainers = () =>
  queryOptions({ queryKey: ["foreign-containers"], queryFn: api.adoption.discover, staleTime: 0, refetchOnWindowFocus: "always" });
