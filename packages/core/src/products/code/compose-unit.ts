import type { PodSpecInput } from "../../pod-spec.ts";

type UnitInput = PodSpecInput["units"][number];

/** A unit of a PodSpec whose build still names a folder, from the project's root; `withArtifacts` replaces it by what was packed. */
export interface UnitDraft extends Omit<UnitInput, "build" | "env"> {
  env: Record<string, string>;
  build?: { folder: string; dockerfile?: string; args?: Record<string, string>; target?: string };
}
