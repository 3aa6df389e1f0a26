import { AppError, type Issue } from "@agentpod/core/errors";
import type { RouteEntry, RouteState, RouteTable, Upstream } from "@agentpod/core/route-table";
import type { Address } from "@agentpod/core/runtime";

const states: readonly RouteState[] = ["serving", "holding", "sleeping", "unready", "stopped"];
type Fields = Record<string, unknown>;

/** Checks a table from the control socket or the disk; throws `invalid` with the path of each fault (the first twenty). */
export function readTable(value: unknown): RouteTable {
  const issues: Issue[] = [];
  const need = (isRight: boolean, path: string, expected: string) => {
    if (!isRight && issues.length < 20) issues.push({ path, expected });
  };
  if (!isFields(value)) throw new AppError("invalid", "A route table must be an object with version and routes.");
  need(isCount(value.version), "version", "a whole number from 0");
  const routes = Array.isArray(value.routes) ? value.routes : null;
  need(routes !== null, "routes", "a list of routes");
  routes?.forEach((route: unknown, index) => {
    checkRoute(route, `routes.${index}`, need);
  });
  if (issues.length > 0)
    throw new AppError("invalid", `The route table is not valid: ${issues[0]?.path} must be ${issues[0]?.expected}.`, { issues });
  return value as unknown as RouteTable;
}

type Need = (isRight: boolean, path: string, expected: string) => void;

function checkRoute(route: unknown, path: string, need: Need): asserts route is RouteEntry {
  if (!isFields(route)) return need(false, path, "a route");
  for (const key of ["id", "pod", "label", "message"]) need(typeof route[key] === "string", `${path}.${key}`, "a text");
  need(Array.isArray(route.hosts) && route.hosts.every((host) => typeof host === "string"), `${path}.hosts`, "a list of host names");
  need(route.publicPort === null || isPort(route.publicPort), `${path}.publicPort`, "a port or null");
  need(typeof route.path === "string" && route.path.startsWith("/"), `${path}.path`, "a path such as /");
  need(states.includes(route.state as RouteState), `${path}.state`, states.join(", "));
  for (const key of ["holdSeconds", "timeoutSeconds", "drainSeconds"])
    need(isSeconds(route[key]), `${path}.${key}`, "seconds from 0 to 86400");
  const upstreams = Array.isArray(route.upstreams) ? route.upstreams : null;
  need(upstreams !== null, `${path}.upstreams`, "a list of upstreams");
  upstreams?.forEach((upstream: unknown, index) => {
    need(isUpstream(upstream), `${path}.upstreams.${index}`, "an id and an address (tcp host and port, or unix path)");
  });
}

/** Whether a value names an upstream that can be dialled. */
export function isUpstream(value: unknown): value is Upstream {
  return isFields(value) && typeof value.id === "string" && value.id !== "" && isAddress(value.address);
}

function isAddress(value: unknown): value is Address {
  if (!isFields(value)) return false;
  if (value.kind === "unix") return typeof value.path === "string" && value.path.startsWith("/");
  return value.kind === "tcp" && typeof value.host === "string" && value.host !== "" && isPort(value.port);
}

const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const isPort = (value: unknown): boolean => isCount(value) && (value as number) >= 1 && (value as number) <= 65_535;
const isSeconds = (value: unknown): boolean => typeof value === "number" && value >= 0 && value <= 86_400;
