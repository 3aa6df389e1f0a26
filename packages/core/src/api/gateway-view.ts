import { z } from "zod";

const listenAddress = z
  .string()
  .max(100)
  .regex(/^(\[[0-9a-fA-F:]+\]|[0-9.]*):\d{1,5}$/, "an address to listen on such as :80 or 127.0.0.1:8080");

const entryPoint = z
  .string()
  .max(60)
  .regex(/^[A-Za-z0-9_-]+$/, "the name of an entry point such as web");

/** Which gateway clients come to. The embedded one runs in any case, and does what another in front of it cannot. */
export const gatewayChoice = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("embedded") }),
  z.strictObject({
    kind: z.literal("caddy"),
    /** Of Caddy's admin API: an address, or the path of its unix socket. */
    admin: z
      .string()
      .max(200)
      .regex(
        /^(http:\/\/(127\.0\.0\.1|localhost|\[::1\]):\d{1,5}|\/[^\0]+)$/,
        "an address of this machine such as http://127.0.0.1:2019, or a socket's path",
      )
      .default("http://127.0.0.1:2019"),
    http: listenAddress.default(":80"),
    /** Null: no HTTPS. */
    https: listenAddress.nullable().default(":443"),
  }),
  z.strictObject({
    kind: z.literal("traefik"),
    httpEntryPoint: entryPoint.default("web"),
    /** Null: no HTTPS. */
    httpsEntryPoint: entryPoint.nullable().default("websecure"),
    httpsPort: z.int().min(1).max(65_535).default(443),
    /** The embedded gateway as Traefik reaches it; null: by loopback. */
    inner: z
      .string()
      .max(300)
      .regex(/^http:\/\/[A-Za-z0-9.[\]:-]+$/, "an address such as http://127.0.0.1:3000")
      .nullable()
      .default(null),
  }),
]);

export const gatewayView = z.object({
  inUse: gatewayChoice,
  /** Another one that is waited for: it comes into use once it asks for its configuration. */
  prepared: gatewayChoice.nullable(),
  isServing: z.boolean(),
  /** One sentence for people. */
  message: z.string(),
  /** Version of the route table that is served; null where it is not known. */
  servedVersion: z.number().nullable(),
  httpsPort: z.number().nullable(),
});

/** The answer to a choice. */
export const usedGateway = gatewayView.extend({
  /** For a gateway that asks for its configuration: where, and with which token. Shown this once. */
  endpoint: z.object({ url: z.string(), token: z.string() }).nullable(),
});

export type GatewayChoice = z.infer<typeof gatewayChoice>;
export type GatewayChoiceInput = z.input<typeof gatewayChoice>;
export type GatewayView = z.infer<typeof gatewayView>;
export type UsedGateway = z.infer<typeof usedGateway>;
