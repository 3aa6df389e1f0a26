import type { DeployRequest } from "@agentpod/core/api/deployment-view";

/** A preview as it is typed. */
export interface PreviewDraft {
  name: string;
  database: "empty" | "copy";
  /** Empty: as long as the installation gives one. */
  days: string;
}

const daySeconds = 86_400;

/** As the API takes it. `empty` is what it begins with unless said otherwise: one that is there stays as it began. Days that are no number go as they were typed, and the API says what it wants. */
export function previewOf({ name, database, days }: PreviewDraft): NonNullable<DeployRequest["preview"]> {
  const typed = days.trim();
  const seconds = Number.isFinite(Number(typed)) ? Math.round(Number(typed) * daySeconds) : (typed as unknown as number);
  return { name: name.trim(), ...(database === "copy" && { database }), ...(typed !== "" && { ttlSeconds: seconds }) };
}
