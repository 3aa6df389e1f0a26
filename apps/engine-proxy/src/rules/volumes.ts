import { checkVolumeBody } from "@agentpod/core/engine-policy";
import { AppError } from "@agentpod/core/errors";
import { volumeName } from "@agentpod/runtimes/docker/names";
import type { Rule } from "../rule.ts";
import { ownFilters } from "./own-filters.ts";
import { readLabels } from "./read-labels.ts";

export const volumeRules: readonly Rule[] = [
  {
    method: "GET",
    path: /^\/volumes$/,
    query: ["filters"],
    allow: async ({ query }, ground) => ({ path: "/volumes", query: { filters: await ownFilters(query.get("filters"), ground) } }),
  },
  {
    method: "POST",
    path: /^\/volumes\/create$/,
    query: [],
    async allow(asked, { pin }) {
      const body = checkVolumeBody(await asked.json());
      const { installation, scope, labels } = readLabels(body.Labels, ["unit", "volume"]);
      pin.check(installation);
      const id = { pod: scope.pod, unit: labels.unit as string, volume: labels.volume as string };
      if (body.Name !== volumeName(installation, scope, id))
        throw new AppError("forbidden", "the volume has another name than its labels say");
      return { path: "/volumes/create", body: { json: body } };
    },
  },
  {
    method: "DELETE",
    path: /^\/volumes\/([a-zA-Z0-9][a-zA-Z0-9_.-]{0,250})$/,
    query: [],
    async allow({ parts: [name = ""] }, { objects }) {
      await objects.volume(name);
      return { path: `/volumes/${name}` };
    },
  },
];
