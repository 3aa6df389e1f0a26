import { AppError } from "../../errors.ts";
import schema1 from "./2026.9.1.schema.json" with { type: "json" };
import schema4 from "./2026.9.4.schema.json" with { type: "json" };

/** JSON Schemas of the configuration, by version of OpenClaw: those that a package may ask for. 2026.9.4 needs half the memory of 2026.9.6. */
const configSchemas: Readonly<Record<string, object>> = { "2026.9.1": schema1, "2026.9.4": schema4 };

/** Those of them whose channels' plugins are published in the same version. */
export const versionsWithPlugins: readonly string[] = ["2026.9.4"];

/** Of its databases (`openclaw.schemaVersions` in its package): a version brings older ones up to its own and refuses newer ones. */
const stateVersions: Readonly<Record<string, { state: number; agent: number }>> = {
  "2026.8.2": { state: 15, agent: 19 },
  "2026.9.1": { state: 15, agent: 19 },
  "2026.9.4": { state: 17, agent: 19 },
  "2026.9.5": { state: 17, agent: 21 },
  "2026.9.6": { state: 18, agent: 23 },
};

/** Throws `invalid` for a version whose configuration AgentPod does not know. */
export function configSchema(version: string): object {
  const known = Object.hasOwn(configSchemas, version) ? configSchemas[version] : undefined;
  if (known) return known;
  const expected = `one of ${Object.keys(configSchemas).join(", ")}`;
  throw new AppError("invalid", `AgentPod knows no OpenClaw ${version}.`, { issues: [{ path: "version", expected }] });
}

/** Why a pod's state cannot be read by another version; null when it can. */
export function downgradeIssue(from: string, to: string): string | null {
  const before = stateVersions[from];
  const next = stateVersions[to];
  if (!before || !next || (next.state >= before.state && next.agent >= before.agent)) return null;
  return `${from} or newer, for an older one does not read its state; restore a backup of that time with it`;
}
