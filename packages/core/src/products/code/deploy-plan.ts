import type { DeploySettings } from "../../deployment.ts";
import { invalidInput } from "../../draft-issues.ts";
import type { Capabilities } from "../../runtime.ts";
import type { Analysis, NeedKind } from "./analysis.ts";

/**
 * What a deployment is made of. `program`: a command on an appliance; `site`: files that the static appliance serves; `image`: what a
 * Dockerfile builds; `units`: those of a compose file.
 */
export interface DeployPlan {
  kind: "program" | "site" | "image" | "units";
  analysis: Analysis;
  settings: DeploySettings;
  /** Of the appliance on which it is built and, a program, runs; null where nothing runs on one. */
  runtime: NonNullable<Analysis["runtime"]> | null;
  /** Databases beside it, each an appliance. */
  needs: NeedKind[];
  /** Whether commands have to run before it can start. */
  isBuilt: boolean;
  /** Folders of the source that builds of images are given, from its top. */
  contexts: string[];
}

export interface DeployFacts {
  /** Names of variables that have a value. */
  given: readonly string[];
  /** Databases that run beside it already: data is never left behind because code no longer shows what it needs. */
  kept: readonly NeedKind[];
  can: Pick<Capabilities, "image" | "buildImage">;
}

/** Variables by which an application is told of a database of somebody else's. */
const told: Record<NeedKind, readonly string[]> = {
  postgres: ["DATABASE_URL", "POSTGRES_URL", "PGHOST"],
  mysql: ["DATABASE_URL", "MYSQL_URL"],
  redis: ["REDIS_URL"],
};

/** Says what has to be done with a project. Throws `invalid`, with a sentence that says what to do, for what is not supported. */
export function planDeployment(analysis: Analysis, settings: DeploySettings, facts: DeployFacts): DeployPlan {
  const kind = kindOf(analysis);
  refuse(analysis, kind, facts);
  const asked = settings.needs ?? analysis.needs.filter((need) => !told[need].some((name) => facts.given.includes(name)));
  const needs = kind === "units" ? [] : [...new Set([...facts.kept, ...asked])];
  if (needs.includes("postgres") && needs.includes("mysql"))
    throw invalidInput([{ path: "settings.needs", expected: "postgres or mysql: both would be DATABASE_URL" }]);
  const isBuilt = (kind === "program" || kind === "site") && analysis.install.length + analysis.build.length > 0;
  return {
    kind,
    analysis,
    settings,
    runtime: runtimeOf(analysis, settings, kind),
    needs,
    isBuilt,
    contexts: contextsOf(analysis, kind),
  };
}

function kindOf({ type, output, dockerfile, units }: Analysis): DeployPlan["kind"] {
  if (type === "compose" || units.length > 0) return "units";
  if (type === "dockerfile" || dockerfile !== null) return "image";
  return output === null ? "program" : "site";
}

function refuse(analysis: Analysis, kind: DeployPlan["kind"], { given, can }: DeployFacts): void {
  if ((kind === "image" || kind === "units") && !can.image)
    throw invalidInput([
      {
        path: "source",
        expected: "a project that runs without images: this machine has no container engine, and a Dockerfile or a compose file needs one",
      },
    ]);
  if (kind === "image" && !can.buildImage)
    throw invalidInput([{ path: "source", expected: "no Dockerfile: this runtime runs images and builds none" }]);
  if (kind === "program" && analysis.start === null)
    throw invalidInput([{ path: "start", expected: "a command that starts it: say it in agentpod.yaml as start" }]);
  if (kind !== "units") return;
  if (analysis.refused.length > 0) throw invalidInput(analysis.refused);
  const missing = analysis.env.filter((name) => !given.includes(name));
  if (missing.length > 0)
    throw invalidInput(missing.map((name) => ({ path: `environment.${name}`, expected: `a value: the compose file reads \${${name}}` })));
}

function runtimeOf(analysis: Analysis, { runtime: asked }: DeploySettings, kind: DeployPlan["kind"]): DeployPlan["runtime"] {
  if (kind === "image" || kind === "units") return null;
  const found = analysis.runtime ?? (kind === "site" ? { name: "node" as const, version: "24" } : null);
  if (asked === undefined) {
    if (found === null)
      throw invalidInput([{ path: "settings.runtime", expected: "a runtime such as node@22: the project does not say it" }]);
    return found;
  }
  const [name, version = ""] = asked.split("@");
  if (found !== null && found.name !== name)
    throw invalidInput([{ path: "settings.runtime", expected: `a version of ${found.name}: that is what the project is written for` }]);
  return { name: name === "python" ? "python" : "node", version };
}

function contextsOf({ root, units }: Analysis, kind: DeployPlan["kind"]): string[] {
  if (kind === "image") return [root];
  return kind === "units" ? [...new Set(units.flatMap(({ build }) => (build ? [build.folder] : [])))] : [];
}
