import type { DnsProviderKindView } from "@agentpod/core/api/dns-provider-view";
import { dnsProviderKinds } from "@agentpod/core/certificate";
import { providerKinds } from "@agentpod/dns/provider-kinds";
import { z } from "zod";

interface FieldSchema {
  title?: string;
  description?: string;
  secret?: boolean;
  enum?: string[];
  default?: string;
}

/** Every kind of DNS service with its fields, as the service itself says them. */
export function showDnsProviderKinds(): DnsProviderKindView[] {
  return dnsProviderKinds.map((kind) => {
    const { title, credentials } = providerKinds[kind];
    const { properties = {} } = z.toJSONSchema(credentials, { io: "input" }) as { properties?: Record<string, FieldSchema> };
    const fields = Object.entries(properties).map(([name, field]) => ({
      name,
      title: field.title ?? name,
      description: field.description ?? null,
      secret: field.secret === true,
      choices: field.enum ?? null,
      default: field.default ?? null,
    }));
    return { kind, title, fields };
  });
}
