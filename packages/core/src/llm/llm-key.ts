/** Every key of the proxy begins with this, so that a leaked one is known for what it is. */
const prefix = "sk-agentpod-";
const shape = /^sk-agentpod-([a-z0-9]{12})-([A-Za-z0-9_-]{43})$/;

/** A key of the proxy, without its secret. */
export interface LlmKey {
  /** 12 lower-case letters and digits; part of the key itself. */
  id: string;
  tenantId: string;
  /** Tenant name. */
  tenant: string;
  /** The pod whose key it is; null: made by hand. */
  podId: string | null;
  /** Pod name. */
  pod: string | null;
  name: string;
  createdAt: string;
  lastUsedAt: string | null;
  /** Null: it holds. */
  revokedAt: string | null;
}

export const llmKeyText = (id: string, secret: string): string => `${prefix}${id}-${secret}`;

/** Null for what cannot be a key. */
export function readLlmKey(text: string): { id: string; secret: string } | null {
  const match = shape.exec(text);
  return match === null ? null : { id: match[1] ?? "", secret: match[2] ?? "" };
}

export const maskedLlmKey = (id: string): string => `${prefix}${id}-…`;

/** Name of the pod secret behind `{{ llm.key }}`; no input of a template or a spec may be called so. */
export const llmKeySecret = "llm-key";
