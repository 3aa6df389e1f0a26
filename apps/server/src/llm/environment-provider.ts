import type { KeyedProvider } from "./provider-cache.ts";

/** Name of the installation's provider that `LLM_API_KEY` stands for; no stored one of the installation may be called so. */
export const environmentProviderName = "environment";

/** The provider of `LLM_API_KEY` and `LLM_BASE_URL`: it has every model, prices of none, and lives in memory alone. Null without a key. */
export function environmentProvider({ key, baseUrl }: { key: string | null; baseUrl: string | null }): KeyedProvider | null {
  if (key === null) return null;
  const url = (baseUrl ?? "https://api.openai.com/v1").replace(/\/+$/, "");
  return {
    key,
    provider: {
      id: environmentProviderName,
      tenantId: null,
      tenant: null,
      name: environmentProviderName,
      dialect: /anthropic/i.test(url) ? "anthropic" : "openai",
      baseUrl: url,
      models: [{ name: "*", upstream: null, price: null }],
      priority: -1,
      createdAt: new Date(0).toISOString(),
    },
  };
}
