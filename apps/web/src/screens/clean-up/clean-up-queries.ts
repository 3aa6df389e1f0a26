import { queryOptions } from "@tanstack/react-query";
import { api } from "../../api/client.ts";

/** Events tell of each clean-up and of every change of what is kept. */
export const cleanUpQueries = {
  status: () => queryOptions({ queryKey: ["clean-up"], queryFn: api.cleanUps.status }),
  /** Looks at every disk, and may take a minute: asked for when somebody wants to see it, and good for as long as it is shown. */
  plan: () => queryOptions({ queryKey: ["clean-up-plan"], queryFn: api.cleanUps.plan, gcTime: 0 }),
};
