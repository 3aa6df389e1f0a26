import type { DatabaseUnit } from "@agentpod/core/database-unit";
import type { Pod } from "@agentpod/core/pod";
import type { Runtime } from "@agentpod/core/runtime";

/** Where a pod's other units find its database: by name and port of the container, or where there are none by its port of this machine. Null while that is not known. */
export async function databaseAddress(
  runtime: Pick<Runtime, "kind" | "observe">,
  pod: Pod,
  { unit: name, port }: DatabaseUnit,
): Promise<{ host: string; port: number } | null> {
  if (runtime.kind !== "process") {
    const found = pod.spec.units.find((unit) => unit.name === name)?.ports.find((one) => one.name === port);
    return found === undefined ? null : { host: name, port: found.container };
  }
  const revision = pod.status.units.find((unit) => unit.name === name)?.revision;
  const { units } = await runtime.observe([pod.id]);
  const address = units.find(({ id }) => id.unit === name && id.revision === revision)?.endpoints[port];
  return address?.kind === "tcp" ? { host: address.host, port: address.port } : null;
}
