import { setTimeout as delay } from "node:timers/promises";
import { listeningPorts, portAdvice } from "@agentpod/core/products/code/listening-ports";
import { applicationUnit } from "@agentpod/core/products/code/render-deployment";
import type { UnitId } from "@agentpod/core/runtime";
import type { DeployDeps } from "./deploy-deps.ts";
import { findPod } from "./deploy-looks.ts";

const mostMs = 15_000;

/** Where an application that does not answer listens instead, in a sentence; null where that cannot be seen, or tells nothing. */
export async function listensWhere({ runtime, database }: Pick<DeployDeps, "runtime" | "database">, id: string): Promise<string | null> {
  const pod = await database.asSystem(async (store) => {
    const { podId } = await store.deployments.get(id);
    return podId === null ? null : findPod(store, podId);
  });
  const unit = pod?.status.units.find(({ name, state }) => name === applicationUnit && state === "running");
  const port = pod?.spec.units.find(({ name }) => name === applicationUnit)?.ports[0];
  if (!pod || !unit || port === undefined) return null;
  const of = { pod: pod.id, unit: unit.name, revision: unit.revision };
  try {
    const text = await tablesOf(runtime, of);
    if (text === "") return null;
    if (runtime.can.isolation) return portAdvice(listeningPorts(text), port.container, true);
    // Without networks of their own what listens on the machine is everybody's: what is its own is told by its user, if it has one.
    const uid = Number(/^Uid:\s+(\d+)/m.exec(text)?.[1] ?? Number.NaN);
    if (Number.isNaN(uid) || uid === process.getuid?.()) return null;
    const { units } = await runtime.observe([pod.id]);
    const mine = units.find(({ id: { unit: name, revision } }) => name === of.unit && revision === of.revision)?.endpoints[port.name];
    const known = units.flatMap(({ endpoints }) => Object.values(endpoints).flatMap((each) => (each.kind === "tcp" ? [each.port] : [])));
    if (mine?.kind !== "tcp") return null;
    const found = listeningPorts(text, uid).filter((each) => each.port === mine.port || !known.includes(each.port));
    return portAdvice(found, mine.port, false);
  } catch {
    // Its image may have no such program, and it may have ended meanwhile.
    return null;
  }
}

/** The kernel's tables as a unit sees them, after who it is itself. */
async function tablesOf(runtime: DeployDeps["runtime"], unit: UnitId): Promise<string> {
  const argv = ["cat", "/proc/self/status", "/proc/net/tcp", "/proc/net/tcp6"];
  const session = await runtime.exec(unit, { argv, tty: null, env: {}, workdir: null });
  session.stderr?.resume();
  let text = "";
  // To its end, which comes after the program's.
  const read = async (): Promise<void> => {
    for await (const chunk of session.stdout) text = (text + String(chunk)).slice(0, 1_000_000);
  };
  await Promise.race([read(), delay(mostMs, undefined, { ref: false })]);
  session.kill();
  return text;
}
