import type { PodSpec } from "../../pod-spec.ts";

/** Where a pod's agent is spoken to, and which of its secrets opens it. */
export interface GatewayUnit {
  unit: string;
  port: string;
  secret: string;
}

/** Known by its probe; null where nothing in a pod is an agent. The first, where there are several. */
export function gatewayUnit(spec: Pick<PodSpec, "units">): GatewayUnit | null {
  for (const { name, probe } of spec.units) if (probe?.kind === "agent") return { unit: name, port: probe.port, secret: probe.secret };
  return null;
}

/** Names of all secrets that open agents of a pod, each once. */
export const gatewaySecrets = (spec: Pick<PodSpec, "units">): string[] => [
  ...new Set(spec.units.flatMap(({ probe }) => (probe?.kind === "agent" ? [probe.secret] : []))),
];

/** A token by which nobody can use it, and its owner knows which it is: the last four characters of one that is long enough. */
export const maskedToken = (value: string): string => `••••${value.length >= 16 ? value.slice(-4) : ""}`;
