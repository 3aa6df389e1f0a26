import { AppError } from "@agentpod/core/errors";
import { label, networkName } from "@agentpod/runtimes/docker/names";
import { z } from "zod";
import type { Asked, Ground, Passage, Rule } from "../rule.ts";
import { ownFilters } from "./own-filters.ts";
import { readLabels } from "./read-labels.ts";

const image = "([a-z0-9][A-Za-z0-9_.:@/-]{0,400})";
const reference = /^[a-z0-9][a-zA-Z0-9_.:@/-]{0,400}$/;
const tag = /^[A-Za-z0-9_][A-Za-z0-9_.:-]{0,200}$/;
const flat = z.record(z.string(), z.string());
const buildQuery = [
  "t",
  "dockerfile",
  "buildargs",
  "target",
  "labels",
  "networkmode",
  "memory",
  "memswap",
  "cpushares",
  "cpuperiod",
  "cpuquota",
  "rm",
  "forcerm",
];

export const imageRules: readonly Rule[] = [
  {
    method: "GET",
    path: /^\/images\/json$/,
    query: ["filters"],
    allow: async ({ query }, ground) => ({ path: "/images/json", query: { filters: await ownFilters(query.get("filters"), ground) } }),
  },
  { method: "GET", path: new RegExp(`^/images/${image}/json$`), query: [], allow: ({ parts }) => ({ path: `/images/${parts[0]}/json` }) },
  { method: "POST", path: /^\/images\/create$/, query: ["fromImage", "tag"], allow: pull },
  { method: "POST", path: new RegExp(`^/images/${image}/tag$`), query: ["repo", "tag"], allow: name },
  { method: "DELETE", path: new RegExp(`^/images/${image}$`), query: [], allow: remove },
  { method: "POST", path: /^\/build$/, query: buildQuery, allow: build },
];

function pull({ query }: Asked): Passage {
  const [from = "", version = ""] = [query.get("fromImage"), query.get("tag")];
  if (!reference.test(from) || !tag.test(version)) throw new AppError("forbidden", "an image is pulled by its name and tag");
  return { path: "/images/create", query: { fromImage: from, tag: version }, withRegistryLogin: true };
}

/** A mirror's copy gets the name that was asked for, never one that means something already: AgentPod's own image has one too. */
async function name({ parts: [from = ""], query }: Asked, { objects }: Ground): Promise<Passage> {
  const [repo = "", version = ""] = [query.get("repo"), query.get("tag")];
  if (!reference.test(repo) || !tag.test(version)) throw new AppError("forbidden", "an image is named by repository and tag");
  if (/^(docker\.io\/)?(library\/)?agentpod\b/.test(repo)) throw new AppError("forbidden", "names of AgentPod's own are not given");
  if (await objects.image(`${repo}:${version}`)) throw new AppError("forbidden", `there is an image ${repo}:${version}`);
  return { path: `/images/${from}/tag`, query: { repo, tag: version } };
}

async function remove({ parts: [from = ""] }: Asked, { objects, pin }: Ground): Promise<Passage> {
  const found = await objects.image(from);
  const isOurs = pin.current() !== null && found?.labels[label.installation] === pin.current();
  if (found && !isOurs) throw new AppError("forbidden", "the image was not built by this installation");
  return { path: `/images/${from}` };
}

/** With the engine's own builder, on the pod's network and within limits; the name is one of builds. */
async function build({ query }: Asked, { objects, pin }: Ground): Promise<Passage> {
  const { installation, scope } = readLabels(record(query.get("labels")), ["unit"], ["shared"]);
  pin.check(installation);
  record(query.get("buildargs") ?? "{}");
  const number = (key: string) => /^\d{1,15}$/.test(query.get(key) ?? "") && Number(query.get(key)) > 0;
  const isCapped = ["memory", "memswap", "cpushares", "cpuperiod", "cpuquota"].every(number) && Number(query.get("cpushares")) < 1024;
  if (!isCapped) throw new AppError("forbidden", "a build has limits of memory and CPU, and yields to what runs");
  if (!/^agentpod-build\/[0-9a-f]{12}:[0-9a-f]{16}$/.test(query.get("t") ?? ""))
    throw new AppError("forbidden", "a build has the name of a build");
  const network = networkName(installation, scope);
  if (query.get("networkmode") !== network) throw new AppError("forbidden", "a build runs on the network of its own pod");
  await objects.network(network);
  return { path: "/build", query, body: { tar: "stream" } };
}

function record(text: string | undefined): Record<string, string> {
  try {
    return flat.parse(JSON.parse(text ?? ""));
  } catch (cause) {
    throw new AppError("forbidden", "labels and arguments of a build are names with texts", { cause });
  }
}
