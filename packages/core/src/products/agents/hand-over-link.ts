import { z } from "zod";

/** The agent's own answer to being asked for a credential for one browser. */
const credential = z.object({ token: z.string().regex(/^[\x21-\x7e]{16,4096}$/), profile: z.enum(["owner"]).nullish() });

/** Path at which AgentPod's plugin in the agent makes such a credential: on the agent's own port, denied to the world. */
export const handOverPath = "/api/v1/admin/hand-over";

/** The page's address with a credential that is good once and for minutes; behind the `#`, which no browser sends. Null for what is none. */
export function handOverUrl(page: string, answer: unknown): string | null {
  const given = credential.safeParse(answer).data;
  if (given === undefined) return null;
  const url = new URL("/", page);
  const { token, profile } = given;
  url.hash = new URLSearchParams({ bootstrapToken: token, ...(profile && { bootstrapProfile: profile }) }).toString();
  return url.href;
}
