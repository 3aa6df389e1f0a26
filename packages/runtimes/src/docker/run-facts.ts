import type { ObservedUnit } from "@agentpod/core/runtime";
import type { ContainerDetails, ContainerSummary } from "./container-summary.ts";
import type { Engine } from "./engine.ts";
import { isStatus } from "./engine-error.ts";

/** What only an inspection tells about a run. */
export type RunFacts = Pick<ObservedUnit, "runId" | "state" | "startedAt" | "finishedAt" | "exitCode" | "oomKilled">;

/**
 * Inspections, kept while they hold, so that a look at pods that run costs no call per pod. A running container's
 * endpoint changes with each start, so the list alone tells whether it is the same run. An ended one has no such mark:
 * it is kept only while a watch is connected that would tell of a start.
 */
export class RunFactsCache {
  readonly #kept = new Map<string, { mark: string; facts: RunFacts }>();
  readonly #listed = new Map<string, ContainerSummary>();
  #watches = 0;

  /** Facts of a listed container; null when it is gone by now. */
  async of(engine: Engine, summary: ContainerSummary): Promise<RunFacts | null> {
    const mark = this.#markOf(summary);
    const kept = this.#kept.get(summary.Id);
    if (kept && mark !== null && kept.mark === mark) return kept.facts;
    try {
      const details = await engine.call<ContainerDetails>("GET", `/containers/${summary.Id}/json`);
      const facts = factsOf(details);
      // It may have changed between the two calls: then the list's mark says nothing about these facts.
      if (mark !== null && facts.state === stateOf(summary.State)) this.#kept.set(summary.Id, { mark, facts });
      return facts;
    } catch (error) {
      if (isStatus(error, 404)) return null;
      throw error;
    }
  }

  /** A running container by its unit, as last listed; undefined when its events may have been missed. */
  listed(unit: string): ContainerSummary | undefined {
    return this.#listed.get(unit);
  }

  list(unit: string, summary: ContainerSummary): void {
    if (this.#watches > 0 && summary.State === "running") this.#listed.set(unit, summary);
  }

  forget(container: string): void {
    this.#kept.delete(container);
    for (const [unit, { Id }] of this.#listed) if (Id === container) this.#listed.delete(unit);
  }

  /** Drops what is not among the containers that are there. */
  keepOnly(containers: ReadonlySet<string>): void {
    for (const id of this.#kept.keys()) if (!containers.has(id)) this.forget(id);
  }

  watchBegins(): void {
    this.#watches++;
  }

  watchEnds(): void {
    this.#watches--;
    if (this.#watches > 0) return;
    this.#kept.clear();
    this.#listed.clear();
  }

  #markOf(summary: ContainerSummary): string | null {
    const endpoints = Object.values(summary.NetworkSettings?.Networks ?? {})
      .map((one) => one.EndpointID ?? "")
      .join();
    if (summary.State === "running") return endpoints === "" ? null : `running/${endpoints}`;
    return this.#watches > 0 ? summary.State : null;
  }
}

export function factsOf({ Id, State }: Pick<ContainerDetails, "Id" | "State">): RunFacts {
  const state = stateOf(State.Status);
  return {
    runId: `${Id.slice(0, 12)}@${State.StartedAt}`,
    state,
    startedAt: moment(State.StartedAt),
    finishedAt: state === "exited" ? moment(State.FinishedAt) : null,
    exitCode: state === "exited" ? State.ExitCode : null,
    oomKilled: state === "exited" && State.OOMKilled,
  };
}

/** The engine's words in ours: paused and restarting containers have a process, dead ones and those being removed have none. */
export function stateOf(status: string): ObservedUnit["state"] {
  if (status === "created" || status === "configured" || status === "initialized") return "created";
  return status === "running" || status === "paused" || status === "restarting" ? "running" : "exited";
}

/** The engine writes the year 1 for never. */
function moment(time: string): string | null {
  return time === "" || time.startsWith("0001-") ? null : time;
}
