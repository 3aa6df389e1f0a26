import { z } from "zod";
import { errorCodes } from "../errors.ts";

export const askAgentRequest = z.strictObject({
  message: z.string().trim().min(1, "a message").max(16_000),
  /** Messages with the same one are remembered together, for each asker apart; absent: this one stands alone. */
  conversation: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, "letters, digits, - and _")
    .optional(),
});

/** A line of an agent's answer, as NDJSON: taken up, then its text in pieces, then its end or why it broke off. */
export const agentAnswerLine = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("accepted") }),
  z.object({ kind: z.literal("text"), text: z.string() }),
  z.object({ kind: z.literal("end") }),
  z.object({ kind: z.literal("failed"), code: z.enum(errorCodes), message: z.string() }),
]);

export type AskAgentRequest = z.input<typeof askAgentRequest>;
export type AgentAnswerLine = z.infer<typeof agentAnswerLine>;
