import type { ForeignContainer } from "./adopt.ts";
import { AppError } from "./errors.ts";
import { capabilities, type PodSpecInput } from "./pod-spec.ts";

/** What the one who adopts may say about the pod that comes of it. */
export interface AdoptWishes {
  /** The container's port that the pod's address leads to; absent: the only one there is. */
  port?: number | undefined;
  /** Path that answers when it is well; absent: that something listens is enough. */
  healthPath?: string | undefined;
  /** Where the container has no limit of its own; absent: the usual. They hold once it is made anew. */
  memoryMb?: number | undefined;
  cpus?: number | undefined;
}

/** Name of the one unit of an adopted pod. */
export const adoptedUnitName = "app";

/** For a container without limits. */
const usual = { cpus: 2, memoryMb: 2048, pids: 512 };

/**
 * The spec of the pod that a container becomes: what of it a spec can say, and nothing that a spec may not ask for; the rest is
 * kept beside it. Throws `invalid` where it is open which port is meant.
 */
export function specOfForeign(container: ForeignContainer, wishes: AdoptWishes): PodSpecInput {
  const port = routedPort(container, wishes.port);
  const ports = [...new Set([...(port === null ? [] : [port]), ...container.ports.map((one) => one.container)])].slice(0, 20);
  const named = ports.map((number) => ({ name: number === port ? "http" : `p${number}`, container: number }));
  const timing = { port: "http", startSeconds: 300 };
  const probe = wishes.healthPath === undefined ? { kind: "tcp" as const } : { kind: "http" as const, path: wishes.healthPath };
  const { limits } = container;
  return {
    units: [
      {
        name: adoptedUnitName,
        image: container.image ?? "",
        ports: named,
        ...(port === null ? {} : { probe: { ...probe, ...timing } }),
        // Old and new would meet in the same folders.
        rollout: "replace",
        capabilities: keptCapabilities(container),
        stopGraceSeconds: Math.min(600, container.stopGraceSeconds),
        resources: {
          cpus: within(limits.cpus ?? wishes.cpus ?? usual.cpus, 0.05, 64),
          memoryMb: within(limits.memoryMb ?? wishes.memoryMb ?? usual.memoryMb, 16, 1_048_576),
          pids: within(limits.pids ?? usual.pids, 8, 32_768),
        },
      },
    ],
    routes: port === null ? [] : [{ unit: adoptedUnitName, port: "http" }],
  };
}

function routedPort(container: ForeignContainer, asked: number | undefined): number | null {
  if (asked !== undefined) return asked;
  const published = [...new Set(container.ports.filter((one) => one.published).map((one) => one.container))];
  const known = published.length > 0 ? published : [...new Set(container.ports.map((one) => one.container))];
  if (known.length <= 1) return known[0] ?? null;
  throw new AppError("invalid", `${container.name} has several ports; say which one is to be reached, by --port: ${known.join(", ")}`, {
    issues: [{ path: "port", expected: `one of ${known.join(", ")}` }],
  });
}

/** An engine gives these unless told otherwise. */
function keptCapabilities({ isPrivileged, capabilities: { added, dropped } }: ForeignContainer): (typeof capabilities)[number][] {
  if (isPrivileged || added.includes("ALL")) return [...capabilities];
  return capabilities.filter((one) => added.includes(one) || !(dropped.includes(one) || dropped.includes("ALL")));
}

const within = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));
