import { BlockList } from "node:net";
import { checkNetworkBody } from "@agentpod/core/engine-policy";
import { AppError } from "@agentpod/core/errors";
import { bridgeName, doorAlias, networkName } from "@agentpod/runtimes/docker/names";
import { z } from "zod";
import type { Asked, Ground, Passage, Rule } from "../rule.ts";
import { ownFilters } from "./own-filters.ts";
import { readLabels } from "./read-labels.ts";

const one = "([a-zA-Z0-9][a-zA-Z0-9_.-]{0,250})";
/** The one name that may be given on the way: pods find the front door by it. */
const asDoor = z.strictObject({ Aliases: z.tuple([z.literal(doorAlias)]) });
const joining = z.strictObject({
  Container: z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/),
  Force: z.boolean().optional(),
  EndpointConfig: asDoor.optional(),
});

export const networkRules: readonly Rule[] = [
  {
    method: "GET",
    path: /^\/networks$/,
    query: ["filters"],
    allow: async ({ query }, ground) => ({ path: "/networks", query: { filters: await ownFilters(query.get("filters"), ground) } }),
  },
  { method: "POST", path: /^\/networks\/create$/, query: [], allow: create },
  {
    method: "GET",
    path: new RegExp(`^/networks/${one}$`),
    query: [],
    allow: async ({ parts }, { objects }) => ({ path: `/networks/${(await objects.network(parts[0] as string)).id}` }),
  },
  {
    method: "DELETE",
    path: new RegExp(`^/networks/${one}$`),
    query: [],
    allow: async ({ parts }, { objects }) => ({ path: `/networks/${(await objects.network(parts[0] as string)).id}` }),
  },
  { method: "POST", path: new RegExp(`^/networks/${one}/(connect|disconnect)$`), query: [], allow: join },
];

async function create(asked: Asked, { pin, subnets }: Ground): Promise<Passage> {
  const body = checkNetworkBody(await asked.json());
  const { installation, scope } = readLabels(body.Labels, []);
  pin.check(installation);
  const isOwn =
    body.Name === networkName(installation, scope) &&
    body.Options["com.docker.network.bridge.name"] === bridgeName(installation, scope.pod) &&
    body.Internal === (scope.egress === "none");
  if (!isOwn) throw new AppError("forbidden", "the network has another name, bridge or egress than its labels say");
  const [{ Subnet }] = body.IPAM.Config;
  if (!isWithin(Subnet, subnets)) throw new AppError("forbidden", `${Subnet} is not within ${subnets}, where pods' networks lie`);
  return { path: "/networks/create", body: { json: body } };
}

/** AgentPod's own containers come and go; units are made on their network and stay there. */
async function join(asked: Asked, { objects }: Ground): Promise<Passage> {
  const [reference = "", verb] = asked.parts;
  const { data, error } = joining.safeParse(await asked.json());
  if (error) throw new AppError("forbidden", "a container joins a network by its name alone");
  const [network, container] = [await objects.network(reference), await objects.ownContainer(data.Container)];
  const { Force, EndpointConfig } = data;
  const more = verb === "connect" ? EndpointConfig && { EndpointConfig } : Force !== undefined && { Force };
  return { path: `/networks/${network.id}/${verb}`, body: { json: { Container: container, ...more } } };
}

function isWithin(subnet: string, range: string): boolean {
  const [address = "", bits] = range.split("/");
  const list = new BlockList();
  list.addSubnet(address, Number(bits), "ipv4");
  const [own = "", ownBits] = subnet.split("/");
  // A larger network than the range begins in it and ends outside.
  return own.split(".").every((part) => Number(part) <= 255) && Number(ownBits) >= Number(bits) && list.check(own, "ipv4");
}
