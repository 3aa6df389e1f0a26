import type { ForeignContainerView } from "@agentpod/core/api/adopt-view";
import { maxNameLength } from "@agentpod/core/name";

/** A pod's name that reminds of the container's; Compose's own are known by their service. */
export function podNameOf({ name, compose }: Pick<ForeignContainerView, "name" | "compose">): string {
  const text = compose === null ? name : `${compose.project}-${compose.service}`;
  const label = text.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  return label.slice(0, maxNameLength).replaceAll(/^-+|-+$/g, "");
}
