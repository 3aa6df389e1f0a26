import { z } from "zod";
import { domainMethods } from "../domain.ts";
import { hostField } from "./host-field.ts";

export const addDomainRequest = z.strictObject({ name: hostField });

/** Without a method: DNS and HTTP are both looked at. `trusted` is for the installation's admin, who says that it is so. */
export const verifyDomainRequest = z.strictObject({ method: z.enum(domainMethods).optional() });

/** Where a host points, and what to change so that it points here. */
export const addressAdviceView = z.object({
  /** For people. */
  text: z.string(),
  /** To be published. */
  records: z.array(z.object({ type: z.enum(["A", "AAAA", "CNAME"]), name: z.string(), value: z.string() })),
  /** Null: could not be seen. */
  pointsHere: z.boolean().nullable(),
});

export const domainSummary = z.object({
  id: z.string(),
  tenant: z.string(),
  /** Punycode, lower case. */
  name: z.string(),
  /** As people write it. */
  unicode: z.string(),
  state: z.enum(["pending", "verified"]),
  method: z.enum(domainMethods).nullable(),
  /** What was found when last looked; empty before. */
  message: z.string(),
  publish: z.object({
    /** Shows the domain and all below it. */
    txt: z.object({ name: z.string(), value: z.string() }),
    /** Shows this one host; AgentPod answers it by itself once the domain points here. */
    http: z.object({ url: z.string() }),
  }),
  checkedAt: z.string().nullable(),
  verifiedAt: z.string().nullable(),
  createdAt: z.string(),
});

export const domainView = domainSummary.extend({ address: addressAdviceView });

export type AddDomainRequest = z.input<typeof addDomainRequest>;
export type VerifyDomainRequest = z.input<typeof verifyDomainRequest>;
export type AddressAdvice = z.infer<typeof addressAdviceView>;
export type DomainSummary = z.infer<typeof domainSummary>;
export type DomainView = z.infer<typeof domainView>;
