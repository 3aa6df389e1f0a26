import type { DnsProviderKind } from "@agentpod/core/certificate";
import type { DnsWriter } from "@agentpod/core/dns";
import { parseCredentials } from "./provider-kinds.ts";
import type { WriterOptions } from "./writer-options.ts";

/** The writer of a service; `invalid` where credentials are not complete. Each is loaded only when asked for: a service's library costs memory. */
export async function dnsWriter(
  kind: DnsProviderKind,
  credentials: Record<string, string>,
  options: WriterOptions = {},
): Promise<DnsWriter> {
  switch (kind) {
    case "rfc2136":
      return (await import("./rfc2136/driver.ts")).rfc2136Writer(parseCredentials(kind, credentials), options);
    case "cloudflare":
      return (await import("./cloudflare/driver.ts")).cloudflareWriter(parseCredentials(kind, credentials), options);
    case "aliyun":
      return (await import("./aliyun/driver.ts")).aliyunWriter(parseCredentials(kind, credentials), options);
    case "dnspod":
      return (await import("./dnspod/driver.ts")).dnspodWriter(parseCredentials(kind, credentials), options);
    case "route53":
      return (await import("./route53/driver.ts")).route53Writer(parseCredentials(kind, credentials), options);
  }
}
