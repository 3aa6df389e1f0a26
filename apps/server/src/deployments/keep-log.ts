import type { Pod } from "@agentpod/core/pod";
import type { KeptQuery } from "../logs/read-kept.ts";
import type { DeployDeps } from "./deploy-deps.ts";
import { findPod } from "./deploy-looks.ts";

/** Begins a heading, and no line of a program. */
const mark = "==== ";
/** Of each unit. */
const mostLines = 2000;
const mostMs = 120_000;
/** Whoever wrote without end wrote why it failed at the very end. */
const patienceMs = 90_000;
/** An engine's clock may be behind ours. */
const behindMs = 30_000;

/** Of the build that is the `tries`th of its deployment, from 1. */
export const buildHeading = (tries: number): string => (tries === 1 ? "build" : ["build", tries].join(" "));

/**
 * Puts below a heading of a deployment's log what a pod of it has said since it was its turn: the build of its image, then its instances as they are
 * wanted now, those that are not well last; gives these lines. Values of its secrets were taken out when the lines were kept. None where nothing can
 * be read: a log that is gone keeps nothing from going on. Below each heading once, however often it is asked for.
 */
export async function keepLog(deps: DeployDeps, deployment: string, heading: string, podId: string): Promise<string[]> {
  const { pod, since } = await deps.database.asSystem(async (store) => {
    const { operationId } = await store.deployments.get(deployment);
    const [turn] = operationId === null ? [] : await store.operations.steps(operationId);
    return { pod: await findPod(store, podId), since: new Date(turn?.endedAt ?? 0) };
  });
  const said = pod === null ? [] : await linesOf(deps, pod, since);
  if (said.length > 0)
    await deps.database.asSystem(async (store) => {
      const title = `${mark}${heading}`;
      // A step that was interrupted when it had kept this is made again.
      if ((await store.deployments.log(deployment)).split("\n").includes(title)) return;
      const lines = said.map((line) => (line.startsWith(mark) ? ` ${line}` : line));
      await store.deployments.appendLog(deployment, `${[title, ...lines].join("\n")}\n`);
    });
  return said;
}

async function linesOf({ logs }: Pick<DeployDeps, "logs">, pod: Pod, since: Date): Promise<string[]> {
  const lines: string[] = [];
  const read = async (query: Pick<KeptQuery, "unit" | "revisions" | "since">): Promise<void> => {
    const all = { follow: false, tail: mostLines, search: null, level: null, patienceMs, signal: AbortSignal.timeout(mostMs) };
    for await (const { text } of logs.read(pod, { ...query, ...all })) lines.push(text);
  };
  const isWell = ({ state, health }: Pod["status"]["units"][number]) => state === "running" && (health === "healthy" || health === "none");
  const units = pod.status.units.toSorted((a, b) => Number(isWell(b)) - Number(isWell(a)));
  try {
    await read({ unit: null, revisions: new Set(["build"]), since });
    const ran = new Date(since.getTime() - behindMs);
    for (const { name, revision } of units) await read({ unit: name, revisions: new Set([revision]), since: ran });
  } catch {
    // What was read counts.
  }
  return lines;
}
