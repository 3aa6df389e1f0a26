import { z } from "zod";
import type { HookKind } from "../../deployment-hook.ts";

/** What a delivery of a hook tells, in its sender's form. `why` is a sentence for the hook's owner. */
export type PushNews = { is: "ping" } | { is: "push"; branch: string; commit: string } | { is: "nothing"; why: string };

const push = z.object({
  ref: z.string().max(1000),
  after: z.string().regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/),
});

const pushEvents: Record<HookKind, readonly string[]> = {
  github: ["push"],
  gitlab: ["Push Hook"],
  gitea: ["push"],
  generic: ["push"],
};

/** The header in which each says what happened; a program of one's own need not. */
export const eventHeaders: Record<HookKind, string> = {
  github: "x-github-event",
  gitlab: "x-gitlab-event",
  gitea: "x-gitea-event",
  generic: "x-agentpod-event",
};

/** `event` as its header says, null without. Nothing of the body but a ref and a commit is looked at: what is fetched, the hook says. */
export function readPush(kind: HookKind, event: string | null, body: unknown): PushNews {
  const happened = event ?? (kind === "generic" ? "push" : "");
  if (happened === "ping") return { is: "ping" };
  if (!pushEvents[kind].includes(happened)) return { is: "nothing", why: "This was no push to a branch." };
  const read = push.safeParse(body);
  if (!read.success) return { is: "nothing", why: "It does not say which branch was pushed, and to which commit." };
  const { ref, after } = read.data;
  const branch = /^refs\/heads\/(.+)$/.exec(ref)?.[1];
  if (branch === undefined) return { is: "nothing", why: "This was no push to a branch." };
  if (/^0+$/.test(after)) return { is: "nothing", why: "A branch was deleted: what serves goes on." };
  return { is: "push", branch, commit: after };
}
