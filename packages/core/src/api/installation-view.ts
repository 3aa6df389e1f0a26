import { z } from "zod";

/** What an installation is and where it answers; nothing secret. */
export const installationView = z.object({
  version: z.string(),
  /** Where people and programs come to. */
  url: z.string(),
  /** Pods get host names below these; the preferred one first. */
  baseDomains: z.array(z.string()),
  runtime: z.object({
    kind: z.string(),
    version: z.string(),
    /** Containers that AgentPod did not make can be taken over. */
    adopts: z.boolean(),
  }),
  /** OpenID Connect providers that users may sign on with. */
  signOn: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      issuer: z.string(),
      clientId: z.string(),
      /** What the provider has to send users back to. */
      callbackUrl: z.string(),
    }),
  ),
});

export type InstallationView = z.infer<typeof installationView>;
