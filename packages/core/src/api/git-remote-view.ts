import { z } from "zod";

/** An application's own remote: `git push` to it deploys. */
export const gitRemoteView = z.object({
  /** The password of a login is an API token; no secret is in the address. */
  url: z.string(),
  /** Whose pushes deploy; null: that of the first push. */
  branch: z.string().nullable(),
  /** What was last pushed. */
  commit: z.string().nullable(),
  pushedAt: z.string().nullable(),
});
export type GitRemoteView = z.infer<typeof gitRemoteView>;
