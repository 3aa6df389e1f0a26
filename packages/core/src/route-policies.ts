import { z } from "zod";

/** RFC 9110 token: a header name. Those that frame or route a message are AgentPod's alone. */
const headerName = z
  .string()
  .max(128)
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, "a header name such as X-Frame-Options")
  .refine(
    (name) =>
      !/^(host|connection|keep-alive|transfer-encoding|content-length|upgrade|te|trailer|expect|http2-settings|proxy-.*|sec-websocket-.*|x-forwarded-.*|forwarded|x-real-ip|:.*)$/i.test(
        name,
      ),
    "a header other than those that frame or route a message",
  );

const headerValue = z
  .string()
  .max(4096)
  .regex(/^[\t\x20-\x7e]*$/, "a header value of printable ASCII");

const headerChange = z.strictObject({
  set: z.record(headerName, headerValue).default({}),
  remove: z.array(headerName).max(50).default([]),
});

const network = z.union(
  [z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()],
  "an address or network such as 203.0.113.7, 10.0.0.0/8 or 2001:db8::/32",
);

const origin = z
  .string()
  .max(300)
  .regex(/^(\*|https?:\/\/(\*\.)?[a-z0-9.-]+(:\d{1,5})?)$/, "an origin such as https://app.example.com, https://*.example.com or *");

/** Compared after decoding and without regard to case, so that no other spelling of a denied path gets through. */
const deniedPath = z
  .string()
  .max(1024)
  .regex(/^\/[A-Za-z0-9._~/-]*$/, "a path prefix such as /admin, of letters, digits and . _ ~ - /")
  .refine((path) => path !== "/" && !path.includes("//") && !path.split("/").includes(".."), "a path below /, without .. and //");

/**
 * What the gateway does with the requests of one route, in this order: redirect to HTTPS, maintenance, addresses, denied paths, CORS
 * preflights (a browser sends them without credentials), rate, credentials, body size; only then is a pod woken, waited
 * for or asked. WebSockets obey the same. Absent: not done.
 */
export const routePolicies = z.strictObject({
  /** Plain HTTP is sent to HTTPS. `auto`: where the host has a certificate that browsers trust by themselves. */
  https: z.enum(["auto", "redirect", "both"]).default("auto"),
  /** Strict-Transport-Security, on HTTPS answers alone. */
  hsts: z
    .strictObject({
      maxAgeSeconds: z.int().min(0).max(63_072_000).default(31_536_000),
      includeSubDomains: z.boolean().default(false),
      preload: z.boolean().default(false),
    })
    .optional(),
  /** 503 for everybody, with this sentence. */
  maintenance: z
    .strictObject({ message: z.string().max(500).default(""), retryAfterSeconds: z.int().min(1).max(86_400).default(60) })
    .optional(),
  /** Client addresses. `deny` counts first; with `allow`, all others get 403. */
  addresses: z.strictObject({ allow: z.array(network).max(500).default([]), deny: z.array(network).max(500).default([]) }).optional(),
  /** These paths and all below them get 404 from everybody: what a program serves on the same port and is not for the world. */
  deniedPaths: z.array(deniedPath).max(50).optional(),
  /**
   * `client`: X-Forwarded-For is the client's address alone, without the proxies on the way, and never loopback (192.0.2.1
   * stands for a client on this machine): for programs that trust what is local, or count by the first address.
   */
  forwardedFor: z.literal("client").optional(),
  /**
   * Token bucket: `requests` per `perSeconds`, at most `burst` at once (default: `requests`); above it 429 with Retry-After.
   * IPv6 clients are counted by their /64. By header it protects only where the header's value is checked before or behind.
   */
  rateLimit: z
    .strictObject({
      requests: z.int().min(1).max(1_000_000),
      perSeconds: z.int().min(1).max(86_400).default(1),
      burst: z.int().min(1).max(1_000_000).optional(),
      /** Whose requests are counted together: a client address, or a header's value (address where it is missing). */
      by: z.union([z.literal("address"), z.strictObject({ header: headerName })]).default("address"),
    })
    .optional(),
  /** HTTP basic authentication. `passwordHash` as `passwordHashOf` (server) makes it; the Authorization header does not go upstream. */
  basicAuth: z
    .strictObject({
      realm: z
        .string()
        .max(100)
        .regex(/^[\x20\x21\x23-\x5b\x5d-\x7e]*$/, "plain text without quotes")
        .default("Restricted"),
      users: z
        .array(
          z.strictObject({
            name: z
              .string()
              .min(1)
              .max(100)
              .regex(/^[^:\p{Cc}]+$/u, "a user name without a colon"),
            passwordHash: z
              .string()
              .regex(/^scrypt:\d{1,2}:\d{1,2}:\d{1,2}:[A-Za-z0-9_-]{22}:[A-Za-z0-9_-]{43}$/, "a password hash as AgentPod stores it"),
          }),
        )
        .min(1)
        .max(100),
    })
    .optional(),
  /** Cross-origin requests: preflights are answered by the gateway, headers of the upstream's own are replaced. */
  cors: z
    .strictObject({
      origins: z.array(origin).min(1).max(100),
      methods: z
        .array(z.string().regex(/^[A-Z]{1,20}$/, "a method such as GET"))
        .max(20)
        .default(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]),
      headers: z.array(headerName).max(100).default(["Content-Type", "Authorization"]),
      exposeHeaders: z.array(headerName).max(100).default([]),
      credentials: z.boolean().default(false),
      maxAgeSeconds: z.int().min(0).max(86_400).default(600),
    })
    .refine((cors) => !(cors.credentials && cors.origins.includes("*")), {
      path: ["origins"],
      error: "named origins: credentials with * would open the application to every site",
    })
    .optional(),
  /** Larger request bodies get 413; by Content-Length at once, else as they pass it. */
  maxBodyBytes: z.int().min(0).max(1_099_511_627_776).optional(),
  /** `set` takes the place of all headers of that name, `remove` counts first. */
  requestHeaders: headerChange.optional(),
  /** Likewise; the gateway's own pages get what is `set`, but for headers that they have themselves. */
  responseHeaders: headerChange.optional(),
  /** zstd, brotli or gzip of text-like answers that the upstream sent plain and the client takes; event streams stay as they are. */
  compress: z.boolean().default(false),
  /**
   * More tries, on other instances first, of requests without a body whose method is idempotent, where the connection
   * failed before there was an answer. An answer is an answer: 5xx and timeouts are not tried again.
   */
  retries: z.int().min(0).max(5).default(0),
  /** Seconds without a byte of the answer's body, once begun, after which it is cut; 0: never. Event streams too, and WebSockets without a byte either way. */
  idleTimeoutSeconds: z.int().min(0).max(86_400).default(0),
});

export type RoutePolicies = z.infer<typeof routePolicies>;
export type RoutePoliciesInput = z.input<typeof routePolicies>;
