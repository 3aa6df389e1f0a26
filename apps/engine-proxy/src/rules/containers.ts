import { checkContainerBody, type EngineContainer } from "@agentpod/core/engine-policy";
import { AppError } from "@agentpod/core/errors";
import { containerName, label, networkName } from "@agentpod/runtimes/docker/names";
import { EngineRefusal } from "../engine-refusal.ts";
import type { Asked, Ground, Passage, Rule } from "../rule.ts";
import { checkFirewallContainer, firewallName, ownRules } from "./firewall-container.ts";
import { ownFilters } from "./own-filters.ts";
import { readLabels } from "./read-labels.ts";

const one = "([a-zA-Z0-9][a-zA-Z0-9_.-]{0,250})";
const at = (rest: string): RegExp => new RegExp(`^/containers/${one}${rest}$`);

/** A call that says no more than which container. */
const plain = (method: Rule["method"], rest: string, query: readonly string[] = []): Rule => ({
  method,
  path: at(rest),
  query,
  allow: async (asked, { objects }) => ({
    path: `/containers/${(await objects.container(asked.parts[0] as string)).id}${rest}`,
    query: asked.query,
  }),
});

/** The same of a unit alone: what is in the firewall's helper decides what is done to the host. */
const ofUnit = (rule: Rule): Rule => ({
  ...rule,
  async allow(asked, ground) {
    await checkUnit(asked, ground);
    return rule.allow(asked, ground);
  },
});

async function checkUnit(asked: Asked, { objects }: Ground): Promise<void> {
  const { kind } = await objects.container(asked.parts[0] as string);
  if (kind !== "unit") throw new AppError("forbidden", "nothing may be done with the firewall's helper but to run it");
}

export const containerRules: readonly Rule[] = [
  {
    method: "GET",
    path: /^\/containers\/json$/,
    query: ["all", "filters"],
    allow: async ({ query }, ground) => ({
      path: "/containers/json",
      query: { all: query.get("all") ?? "false", filters: await ownFilters(query.get("filters"), ground) },
    }),
  },
  { method: "POST", path: /^\/containers\/create$/, query: ["name"], allow: create },
  plain("GET", "/json"),
  plain("POST", "/start"),
  plain("POST", "/stop", ["t"]),
  plain("POST", "/wait", ["condition"]),
  plain("DELETE", "", ["force", "v"]),
  plain("GET", "/stats", ["stream", "one-shot"]),
  plain("GET", "/logs", ["stdout", "stderr", "timestamps", "follow", "tail", "since"]),
  ofUnit(plain("HEAD", "/archive", ["path"])),
  ofUnit(plain("GET", "/archive", ["path"])),
  { method: "PUT", path: at("/archive"), query: ["path", "noOverwriteDirNonDir"], allow: unpack },
];

async function create(asked: Asked, ground: Ground): Promise<Passage> {
  const name = asked.query.get("name") ?? "";
  const given = await asked.json();
  if (name.startsWith("agentpod-firewall-")) {
    const json = checkFirewallContainer(given, ground);
    if (name !== firewallName(ground)) throw new AppError("forbidden", "the firewall's helper has another name");
    return { path: "/containers/create", query: { name }, body: { json } };
  }
  const body = checkContainerBody(given);
  await checkOwn(name, body, ground);
  return { path: "/containers/create", query: { name }, body: { json: body } };
}

/** Names, network and volumes are those of the unit that the labels speak of. */
async function checkOwn(name: string, body: EngineContainer, { objects, pin }: Ground): Promise<void> {
  const { installation, scope, labels } = readLabels(body.Labels, ["unit", "revision", "ports", "network", "body"], ["live"]);
  pin.check(installation);
  const network = networkName(installation, scope);
  const id = { pod: scope.pod, unit: labels.unit as string, revision: labels.revision as string };
  if (name !== containerName(installation, scope, id))
    throw new AppError("forbidden", "the container has another name than its labels say");
  const networks = [body.HostConfig.NetworkMode, labels.network, ...Object.keys(body.NetworkingConfig.EndpointsConfig)];
  if (networks.some((other) => other !== network)) throw new AppError("forbidden", "a container joins the network of its own pod alone");
  try {
    const found = await objects.network(network);
    if (found.labels[label.pod] !== scope.pod) throw new AppError("forbidden", "the network is another pod's");
  } catch (error) {
    // It may be made after the container.
    if (!(error instanceof EngineRefusal && error.status === 404)) throw error;
  }
  for (const { Source, VolumeOptions } of body.HostConfig.Mounts) {
    if (Source === undefined) continue;
    const made = VolumeOptions?.Labels ?? {};
    const isOurs = made[label.installation] === installation && made[label.pod] === scope.pod;
    const found = await objects.volume(Source);
    if (!isOurs || (found.labels !== null && found.labels[label.pod] !== scope.pod))
      throw new AppError("forbidden", "a volume is another pod's");
  }
}

async function unpack(asked: Asked, ground: Ground): Promise<Passage> {
  const { id, kind } = await ground.objects.container(asked.parts[0] as string);
  const to = { path: `/containers/${id}/archive`, query: asked.query };
  if (kind === "unit") return { ...to, body: { tar: "stream" } };
  if (asked.query.get("path") !== "/") throw new AppError("forbidden", "the firewall's helper takes its rules alone");
  return { ...to, query: { path: "/" }, body: { tar: await ownRules(await asked.bytes(256 * 1024), ground) } };
}
