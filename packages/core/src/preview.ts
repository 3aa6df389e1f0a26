import { z } from "zod";
import { invalidInput } from "./draft-issues.ts";
import { hashOf } from "./hash.ts";
import { maxNameLength } from "./name.ts";

/** What a preview's database begins with: nothing, or what the project's holds at that moment. */
export const previewDatabases = ["empty", "copy"] as const;

/** In seconds: a minute to a season; three days unless said otherwise. */
export const previewTtl = { least: 60, default: 3 * 86_400, most: 90 * 86_400 } as const;

export const previewTtlSeconds = z.int().min(previewTtl.least).max(previewTtl.most);

/** An application beside a project's, with a URL and a database of its own, for a while. */
export interface Preview {
  tenantId: string;
  tenant: string;
  /** The application that it is: `<project>-<preview>`, cut where that is too long. */
  name: string;
  project: string;
  preview: string;
  database: (typeof previewDatabases)[number];
  /** When the project's data was in its database; null: not yet, or never. */
  copiedAt: string | null;
  ttlSeconds: number;
  /** It is taken away with everything after this; each deployment of it begins its time anew. */
  expiresAt: string;
  /** The operation that takes it away; null: none was begun. */
  endedBy: string | null;
  actor: string;
  createdAt: string;
}

/** A project's preview by the name that a branch, say, has. Throws `invalid` where nothing is left of it. */
export function previewName(project: string, given: string): { name: string; preview: string } {
  const label = given
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");
  if (label === "") throw invalidInput([{ path: "preview", expected: "a name with letters or digits, such as new-cart" }]);
  // Room for the name of the pod that builds it.
  const most = maxNameLength - "-build".length - project.length - 1;
  // What is cut stays different from what begins alike.
  const preview = label.length <= most ? label : `${label.slice(0, Math.max(0, most - 7)).replace(/-+$/, "")}-${hashOf(given).slice(0, 6)}`;
  if (preview.length > most || preview.startsWith("-"))
    throw invalidInput([{ path: "preview", expected: "a project with a shorter name: there is no room for a preview's beside it" }]);
  return { name: `${project}-${preview}`, preview };
}
