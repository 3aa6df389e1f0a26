import type { Issue } from "./errors.ts";
import type { PodSpec, UnitSpec } from "./pod-spec.ts";
import { placeholdersIn } from "./render-unit.ts";
import type { Capabilities, RuntimeKind } from "./runtime.ts";

/** What in a spec the runtime of its server cannot do. */
export function fitIssues(spec: PodSpec, can: Capabilities, kind: RuntimeKind, at = "spec"): Issue[] {
  return [
    ...spec.units.flatMap((unit, i) =>
      can.image ? imageIssues(unit, can, `${at}.units[${i}]`) : localIssues(unit, kind, `${at}.units[${i}]`),
    ),
    ...spec.units.flatMap((unit, i) =>
      unit.probe?.kind === "exec" && !can.exec
        ? [{ path: `${at}.units[${i}].probe.kind`, expected: `http, tcp or websocket; the ${kind} runtime cannot exec` }]
        : [],
    ),
    ...(spec.egress === "none" && !can.egress
      ? [{ path: `${at}.egress`, expected: `open; the ${kind} runtime on this machine cannot shut a pod off from the network` }]
      : []),
  ];
}

function imageIssues(unit: UnitSpec, can: Capabilities, at: string): Issue[] {
  if (unit.build !== undefined && !can.buildImage) return [{ path: `${at}.build`, expected: "an image; this runtime builds none" }];
  if (unit.image !== undefined || unit.build !== undefined) return [];
  return [{ path: `${at}.image`, expected: "an image to run (or a build), but it is missing" }];
}

function localIssues(unit: UnitSpec, kind: RuntimeKind, at: string): Issue[] {
  const { local } = unit;
  if (!local)
    return [{ path: `${at}.local`, expected: `argv (and needs) for the ${kind} runtime, which runs no images; or a machine with Docker` }];
  const texts = [...local.argv, ...Object.values(local.env), ...Object.values(unit.env)];
  const named = texts.flatMap(placeholdersIn);
  const knowsItsPort = named.some((p) => p === `units.${unit.name}.port` || p.startsWith(`units.${unit.name}.ports.`));
  if (kind !== "process" || unit.ports.length === 0 || knowsItsPort) return [];
  // Many pods share one loopback address: each listens where it is told to.
  return [{ path: `${at}.local`, expected: `{{ units.${unit.name}.port }} in argv or env: as a local process the unit is given its port` }];
}
