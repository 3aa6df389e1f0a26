import { z } from "zod";

/** Path at which an agent is spoken to over HTTP: on its own port, denied to the world. */
export const chatPath = "/v1/chat/completions";

/** A message to the pod's agent, whose answer is to come in pieces. Messages of one conversation are remembered together. */
export const chatBody = (message: string, conversation: string): object => ({
  model: "openclaw",
  stream: true,
  user: conversation,
  messages: [{ role: "user", content: message }],
});

/** What one event of an answer says. `failed`: why the agent gave up, in its own words. */
export type ChatEvent = { kind: "text"; text: string } | { kind: "failed"; message: string };

const chunk = z.object({ choices: z.array(z.object({ delta: z.object({ content: z.string().nullish() }).nullish() })) });
const failure = z.object({ error: z.object({ message: z.string() }) });

/** Null for what says nothing to people: a role, a count, the end. */
export function readChatEvent(data: unknown): ChatEvent | null {
  const failed = failure.safeParse(data);
  if (failed.success) return { kind: "failed", message: failed.data.error.message };
  const text = chunk
    .safeParse(data)
    .data?.choices.map(({ delta }) => delta?.content ?? "")
    .join("");
  return text === undefined || text === "" ? null : { kind: "text", text };
}

/** An answer that was refused before it began says why as a whole; null where it does not. */
export function chatRefusal(body: string): string | null {
  try {
    return failure.safeParse(JSON.parse(body)).data?.error.message ?? null;
  } catch {
    return null;
  }
}
