import { randomBytes } from "node:crypto";
import { environmentSecret } from "@agentpod/core/deployment";
import type { Pod } from "@agentpod/core/pod";
import { type PodSpecInput, podSpec } from "@agentpod/core/pod-spec";
import { referencedSecrets } from "@agentpod/core/render-unit";
import type { Store } from "@agentpod/core/store";
import { createPod, updatePod } from "../routes/write-pod.ts";
import type { DeployDeps } from "./deploy-deps.ts";

export interface Writing {
  store: Store;
  deps: Pick<DeployDeps, "writing" | "machine">;
  actor: string;
  tenant: string;
  name: string;
}

/**
 * Writes a pod of an application: new, or as the next generation of `pod`, running. Secrets that the spec reads and the pod lacks are
 * taken from `values`; passwords that are nowhere are generated. Throws what the rules throw.
 */
export async function writeApplication(
  { store, deps, actor, tenant: tenantName, name }: Writing,
  pod: Pod | null,
  spec: PodSpecInput,
  values: Readonly<Record<string, string>>,
): Promise<Pod> {
  const tenant = await store.tenants.get(tenantName);
  const writer = { store, deps: deps.writing, actor, machine: await deps.machine() };
  const stored = pod === null ? {} : ((await store.pods.facts([pod.id]))[0]?.secrets ?? {});
  const read = new Set(podSpec.parse(spec).units.flatMap(referencedSecrets));
  const inputs: Record<string, string> = {};
  for (const secret of read) {
    if (Object.hasOwn(values, secret)) inputs[secret] = values[secret] ?? "";
    // Part of connection strings as it is.
    else if (!Object.hasOwn(stored, secret) && secret.endsWith("assword")) inputs[secret] = randomBytes(24).toString("base64url");
  }
  if (pod === null) return createPod(writer, tenant, { name, spec, inputs });
  const written = await updatePod(writer, tenant, pod, { spec, inputs, generation: pod.generation });
  return written.desired === "running" ? written : store.pods.setDesired(written.id, "running");
}

/** Values of variables under the names of their secrets: those that are given now, and those that `pod` keeps from before. */
export async function environmentValues(
  store: Store,
  deployment: { id: string; number: number; environment: Readonly<Record<string, number>> },
  pod: string | null,
): Promise<Record<string, string>> {
  const given = await store.deployments.given(deployment.id);
  const kept = pod === null ? {} : await store.secrets.reveal(pod);
  const values: Record<string, string> = {};
  for (const [name, version] of Object.entries(deployment.environment)) {
    const secret = environmentSecret(name, version);
    const value = version === deployment.number ? (given[name] ?? kept[secret]) : kept[secret];
    if (typeof value === "string") values[secret] = value;
  }
  return values;
}
