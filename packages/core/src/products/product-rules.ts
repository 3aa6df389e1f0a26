import type { Issue } from "../errors.ts";
import type { PodSpec } from "../pod-spec.ts";
import type { TemplateRendering } from "../render-template.ts";
import { agentUpdateIssues, completeAgent } from "./agents/complete-agent.ts";

/** What a product makes of its own templates, beyond filling inputs in. */
export interface ProductRules {
  /** The rendered template made whole; the same again for the same arguments. Throws `invalid`. */
  complete(facts: unknown, rendering: TemplateRendering): TemplateRendering;
  /** What a pod would lose by going from one rendering to another. */
  updateIssues(before: PodSpec, next: PodSpec): Issue[];
}

/** By the name that a template gives as its product. */
export const productRules: Readonly<Record<string, ProductRules>> = { agent: { complete: completeAgent, updateIssues: agentUpdateIssues } };
