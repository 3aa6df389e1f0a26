import { z } from "zod";
import { dnsProviderKinds } from "../certificate.ts";
import { name } from "../name.ts";
import { hostField } from "./host-field.ts";

/** Credentials are tried before they are stored, and never shown again. Which ones a kind takes is said where one is missing. */
export const addDnsProviderRequest = z.strictObject({
  name,
  kind: z.enum(dnsProviderKinds),
  /** Zones it may write. */
  zones: z.array(hostField).min(1).max(100),
  credentials: z.record(z.string().min(1).max(60), z.string().max(10_000)),
});

export const dnsProviderView = z.object({
  id: z.string(),
  /** Null: the installation's own. */
  tenant: z.string().nullable(),
  name: z.string(),
  kind: z.enum(dnsProviderKinds),
  zones: z.array(z.string()),
  createdAt: z.string(),
});

/** A kind of DNS service, and what it wants to know of its user. */
export const dnsProviderKindView = z.object({
  kind: z.enum(dnsProviderKinds),
  title: z.string(),
  fields: z.array(
    z.object({
      name: z.string(),
      title: z.string(),
      description: z.string().nullable(),
      /** Never shown again. */
      secret: z.boolean(),
      /** Null: any text. */
      choices: z.array(z.string()).nullable(),
      default: z.string().nullable(),
    }),
  ),
});

export type DnsProviderKindView = z.infer<typeof dnsProviderKindView>;
export type AddDnsProviderRequest = z.input<typeof addDnsProviderRequest>;
export type DnsProviderView = z.infer<typeof dnsProviderView>;
