import { maxNameLength } from "../../name.ts";

/**
 * A name for what lies at a place: a folder's, an archive's or a repository's own, as a DNS label with room for the name of the pod that
 * builds it. Null where nothing is left of it.
 */
export function applicationName(place: string): string | null {
  const [last = ""] = place
    .replace(/[?#].*$/, "")
    .split(/[/\\:]/)
    .filter((part) => part !== "")
    .slice(-1);
  const label = last
    .replace(/\.(git|zip|tar|tgz|tar\.gz)$/i, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, maxNameLength - "-build".length)
    .replaceAll(/^-+|-+$/g, "");
  return label === "" ? null : label;
}
