import { invalidInput } from "../../draft-issues.ts";
import type { UnitSpec } from "../../pod-spec.ts";
import type { NeedKind } from "./analysis.ts";

/** What a deployment stands on: the one unit of a template, with the template's inputs filled in. */
export interface Appliance {
  template: string;
  unit: UnitSpec;
}

/** By what each is for; those that a plan does not want may be missing. */
export type Appliances = Partial<Record<NeedKind | "runtime" | "static", Appliance>>;

/**
 * The template for a runtime or database among those there are: `<kind>-<version>`, or the newest where no version is asked for, or the
 * one without a version. Throws `invalid`, naming those there are.
 */
export function chooseAppliance(kind: NeedKind | "node" | "python" | "static", version: string | null, names: readonly string[]): string {
  const mine = names.filter((name) => name === kind || new RegExp(`^${kind}-\\d+(-\\d+)*$`).test(name));
  const exact = version === null ? undefined : mine.find((name) => name === `${kind}-${version.replaceAll(".", "-")}`);
  const [newest] = mine.filter((name) => name !== kind).sort((a, b) => b.localeCompare(a, "en", { numeric: true }));
  const found = exact ?? (version === null ? newest : undefined) ?? mine.find((name) => name === kind);
  if (found !== undefined) return found;
  const others = mine.map((name) => name.slice(kind.length + 1).replaceAll("-", "."));
  throw invalidInput([
    {
      path: kind === "node" || kind === "python" ? "settings.runtime" : "settings.needs",
      expected:
        others.length > 0
          ? `a version of ${kind} that there is an appliance for: ${others.join(", ")}`
          : `something else than ${kind}: there is no appliance of that name`,
    },
  ]);
}
