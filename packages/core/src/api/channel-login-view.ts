import { z } from "zod";
import { isQrImage } from "../products/agents/channel-login.ts";

const account = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/, "letters, digits, - and _")
  .optional();

export const startChannelLoginRequest = z.strictObject({
  /** Links it anew, also where it is linked: the link that stands ends at once. */
  force: z.boolean().optional(),
  /** Of a channel with several accounts; absent: the one that the agent takes itself. */
  account,
});

export const waitForChannelLoginRequest = z.strictObject({
  /** The code that is shown, as it was answered; another one is then told of. */
  qr: z.string().refine(isQrImage, "a code as it was answered: a PNG as data URL").optional(),
  account,
});

/** How a login stands. */
export const channelLoginView = z.object({
  /** `code`: one to be shown; `waiting`: nothing new; `linked`: done; `over`: nothing is under way any more. */
  state: z.enum(["code", "waiting", "linked", "over"]),
  /** A PNG as data URL, with state `code`. Whoever reads it first links their account: show it to nobody else. */
  qr: z.string().nullable(),
  /** A sentence without its full stop. */
  message: z.string(),
  /** How long the agent keeps a login open from its beginning on (seconds). */
  lastsSeconds: z.number(),
});

export type StartChannelLoginRequest = z.input<typeof startChannelLoginRequest>;
export type WaitForChannelLoginRequest = z.input<typeof waitForChannelLoginRequest>;
export type ChannelLoginView = z.infer<typeof channelLoginView>;
