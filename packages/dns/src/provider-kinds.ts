import type { DnsProviderKind } from "@agentpod/core/certificate";
import { AppError } from "@agentpod/core/errors";
import { z } from "zod";
import { serverAddress } from "./rfc2136/server-address.ts";

/** What `secret: true` in a field's metadata means: never shown again, typed into a password field. */
const secret = (title: string, description?: string) =>
  z
    .string()
    .min(1)
    .meta({ title, secret: true, ...(description === undefined ? {} : { description }) });
const plain = (title: string, description?: string) =>
  z
    .string()
    .min(1)
    .meta({ title, ...(description === undefined ? {} : { description }) });

/** Titles of the services, and what each wants to know of its user: all texts, with a title for forms; `z.toJSONSchema` gives them to others. */
export const providerKinds = {
  rfc2136: {
    title: "RFC 2136 (BIND, Knot, PowerDNS)",
    credentials: z.strictObject({
      server: plain("Primary name server", "Host or address, with :port unless it is 53.").refine(
        (text) => serverAddress(text) !== null,
        "a host or address, such as ns1.example.com or 192.0.2.1:5353",
      ),
      keyName: plain("TSIG key name"),
      algorithm: z.enum(["hmac-sha256", "hmac-sha512"]).default("hmac-sha256").meta({ title: "TSIG algorithm" }),
      secret: secret("TSIG secret", "Base64, as in the server's configuration.").regex(/^[A-Za-z0-9+/]+={0,2}$/, "base64"),
    }),
  },
  cloudflare: {
    title: "Cloudflare",
    credentials: z.strictObject({ apiToken: secret("API token", "With Zone:Read and DNS:Edit for the zones.") }),
  },
  aliyun: {
    title: "Alibaba Cloud DNS",
    credentials: z.strictObject({
      accessKeyId: plain("AccessKey ID", "Of a RAM user with AliyunDNSFullAccess, or with add, list and delete of records."),
      accessKeySecret: secret("AccessKey secret"),
    }),
  },
  dnspod: {
    title: "Tencent Cloud DNSPod",
    credentials: z.strictObject({ secretId: plain("SecretId"), secretKey: secret("SecretKey") }),
  },
  route53: {
    title: "Amazon Route 53",
    credentials: z.strictObject({
      accessKeyId: plain("Access key ID", "May list zones, and list and change records of the zones."),
      secretAccessKey: secret("Secret access key"),
    }),
  },
} as const satisfies Record<DnsProviderKind, { title: string; credentials: z.ZodType }>;

export type CredentialsOf<K extends DnsProviderKind> = z.infer<(typeof providerKinds)[K]["credentials"]>;

/** Checked credentials of a kind; throws `invalid` with the fields that are wrong and never what was in them. */
export function parseCredentials<K extends DnsProviderKind>(kind: K, credentials: Record<string, string>): CredentialsOf<K> {
  const parsed = providerKinds[kind].credentials.safeParse(credentials);
  if (parsed.success) return parsed.data as CredentialsOf<K>;
  const issues = parsed.error.issues.map((issue) =>
    issue.code === "unrecognized_keys"
      ? {
          path: `credentials.${issue.keys.join(", ")}`,
          expected: `one of ${Object.keys(providerKinds[kind].credentials.shape).join(", ")}`,
        }
      : { path: `credentials.${issue.path.join(".")}`, expected: issue.code === "invalid_format" ? issue.message : expectedOf(issue) },
  );
  const said = issues.map((issue) => `${issue.path}: expected ${issue.expected}`).join("; ");
  throw new AppError("invalid", `The credentials for ${providerKinds[kind].title} are not complete: ${said}.`, { issues });
}

function expectedOf(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_value") return `one of ${issue.values.map(String).join(", ")}`;
  return issue.code === "custom" ? issue.message : "a text";
}
