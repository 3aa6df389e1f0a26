import type { UnitSpec } from "./pod-spec.ts";
import { referencedSecrets } from "./render-unit.ts";

/** The unit without what may change while it runs. */
export function fixedPart(unit: UnitSpec): UnitSpec {
  const { live } = unit;
  return live ? { ...unit, env: pick(unit.env, (name) => !live.env.includes(name)) } : unit;
}

/** The unit with nothing but what may change while it runs; null where nothing may. */
export function livePart(unit: UnitSpec): UnitSpec | null {
  const { live } = unit;
  if (!live) return null;
  const { local: _local, probe: _probe, entrypoint: _entrypoint, command: _command, live: _live, ...rest } = unit;
  return { ...rest, env: pick(unit.env, (name) => live.env.includes(name)) };
}

/** A unit without what can change under a running instance whatever it is: its probe, say. */
export function instanceContent(unit: UnitSpec) {
  const { probe: _probe, dependsOn: _dependsOn, rollout: _rollout, stopGraceSeconds: _grace, ...content } = unit;
  return { ...content, volumes: unit.volumes.map(({ backup: _backup, ...volume }) => volume) };
}

/** Of each secret that the unit's texts name, its version; 0 for one that is not stored. */
export function secretVersions(unit: UnitSpec, secrets: Record<string, number>): [name: string, version: number][] {
  return referencedSecrets(unit).map((name) => [name, secrets[name] ?? 0]);
}

function pick(env: Record<string, string>, isWanted: (name: string) => boolean): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => isWanted(name)));
}
