import { z } from "zod";
import { errorCodes } from "../errors.ts";

/** The body of every answer that is not a success. */
export const errorBody = z.object({
  error: z.object({
    code: z.enum(errorCodes),
    /** One sentence: what is wrong and what to do. */
    message: z.string(),
    issues: z.array(z.object({ path: z.string(), expected: z.string(), nearest: z.string().optional() })),
    /** Names the request in the server's log. */
    requestId: z.string(),
  }),
});

export type ErrorBody = z.infer<typeof errorBody>;
