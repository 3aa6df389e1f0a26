import { z } from "zod";
import { channelIds } from "./channel-catalog.ts";

const wayPart = /^(\*|[A-Za-z0-9_-]+)(\.(\*|[A-Za-z0-9_-]+))*$/;

/** What a package says that its template has to know again, whenever a pod of it changes. */
export const agentFacts = z.strictObject({
  /** Of OpenClaw. */
  version: z.string(),
  /** Laid over the lean configuration. */
  config: z.record(z.string(), z.unknown()).default({}),
  /** Paths of the configuration that a customer may set; `*` stands for one key. */
  allow: z.array(z.string().max(200).regex(wayPart, "a path such as channels.telegram, * for any key")).max(100).default([]),
  /** Channels whose plugins the image holds. */
  channels: z.array(z.enum(channelIds as [string, ...string[]])).default([]),
});

export type AgentFacts = z.infer<typeof agentFacts>;
