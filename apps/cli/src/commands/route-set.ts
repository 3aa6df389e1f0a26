import type { PatchRouteRequest, PodRouteView, PolicyChanges } from "@agentpod/core/api/pod-route-view";
import { AppError } from "@agentpod/core/errors";
import type { Cli } from "../cli.ts";
import { describeRoute } from "../describe-route.ts";
import { type PolicyOptions, parsePolicies } from "../parse-policies.ts";
import { parsePodName } from "../pod-name.ts";
import { readData } from "../read-data.ts";
import { readUnseen } from "../read-unseen.ts";

export interface Options extends PolicyOptions {
  route: number;
  host?: string[];
  removeHost?: string[];
  path?: string;
  timeout?: number;
  drain?: number;
  split?: string;
  wake?: boolean;
  wakeTimeout?: number;
  user?: string;
  removeUser?: string[];
  policies?: string;
}

export async function run(cli: Cli, [name = ""]: string[], options: Options): Promise<void> {
  const { tenant, pod } = parsePodName(name);
  const client = await cli.client();
  const index = options.route;
  const routes = await client.routes.list(tenant, pod);
  const route = routes.find((r) => r.index === index);
  if (!route) throw new AppError("not_found", `${name} has no route ${index}; it has ${routes.map((r) => r.index).join(", ") || "none"}`);
  const policies: PolicyChanges = {
    ...(options.policies === undefined ? {} : ((await readData(options.policies)) as PolicyChanges)),
    ...parsePolicies(options),
    ...(await credentials(cli, route, options)),
  };
  const request = routeChange(options, policies);
  if (Object.keys(request).length === 0) throw new AppError("invalid", "nothing to change was given; see agentpod route set --help");
  const changed = await client.routes.set(tenant, pod, index, { ...request, generation: route.generation });
  cli.out.show(changed, describeRoute(changed));
}

function routeChange(options: Options, policies: PolicyChanges): PatchRouteRequest {
  const { host, removeHost, path, timeout, drain, split, wake, wakeTimeout } = options;
  const request: PatchRouteRequest = {};
  if (host !== undefined) request.addHosts = host;
  if (removeHost !== undefined) request.removeHosts = removeHost;
  if (path !== undefined) request.path = path;
  if (timeout !== undefined) request.timeoutSeconds = timeout;
  if (drain !== undefined) request.drainSeconds = drain;
  if (split !== undefined) request.split = parseSplit(split);
  if (wake !== undefined) request.wake = wake;
  if (wakeTimeout !== undefined) request.wakeSeconds = wakeTimeout;
  if (Object.keys(policies).length > 0) request.policies = policies;
  return request;
}

function parseSplit(text: string): PatchRouteRequest["split"] {
  if (text === "none") return null;
  const [, pod, percent] = /^([^=]+)=(\d{1,3})%?$/.exec(text) ?? [];
  if (pod === undefined)
    throw new AppError("invalid", `--split takes <pod>=<percent>, such as web-next=10, or none; not ${text.slice(0, 60)}`);
  return { pod, percent: Number(percent) };
}

/** Users of basic authentication after the change; a password is read unseen, never from the command line. */
async function credentials(cli: Cli, { policies }: PodRouteView, { user, removeUser = [] }: Options): Promise<PolicyChanges> {
  if (user === undefined && removeUser.length === 0) return {};
  const gone = user === undefined ? removeUser : [...removeUser, user];
  const kept = (policies?.basicAuth?.users ?? []).map((u) => u.name).filter((n) => !gone.includes(n));
  const added =
    user === undefined ? [] : [{ name: user, password: (await readUnseen(`Password of ${user}`, cli.signal)).replace(/\r?\n$/, "") }];
  const users = [...kept.map((name) => ({ name })), ...added];
  const realm = policies?.basicAuth?.realm;
  return { basicAuth: users.length === 0 ? null : { ...(realm === undefined ? {} : { realm }), users } };
}
