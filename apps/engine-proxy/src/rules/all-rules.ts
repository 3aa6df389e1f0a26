import type { Rule } from "../rule.ts";
import { containerRules } from "./containers.ts";
import { execRules } from "./exec.ts";
import { imageRules } from "./images.ts";
import { networkRules } from "./networks.ts";
import { ownFilters } from "./own-filters.ts";
import { volumeRules } from "./volumes.ts";

/** Everything that passes; what no rule is for is refused. */
export const allRules: readonly Rule[] = [
  {
    method: "GET",
    path: /^\/(?:info|version|_ping)$/,
    query: [],
    allow: ({ request }) => ({ path: (request.url ?? "").split("?")[0] as string }),
  },
  {
    method: "GET",
    path: /^\/events$/,
    query: ["filters"],
    allow: async ({ query }, ground) => ({
      path: "/events",
      query: { filters: await ownFilters(query.get("filters") ?? '{"type":["container"]}', ground) },
    }),
  },
  ...containerRules,
  ...execRules,
  ...networkRules,
  ...volumeRules,
  ...imageRules,
];
