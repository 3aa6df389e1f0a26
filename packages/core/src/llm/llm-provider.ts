/** How a provider is spoken to. A call goes to a provider of its own dialect alone: nothing is translated. */
export const llmDialects = ["openai", "anthropic"] as const;
export type LlmDialect = (typeof llmDialects)[number];

/** Dollars, or whatever the provider is paid in, per million tokens. */
export interface LlmPrice {
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
}

export interface LlmModel {
  /** As it is asked for; `*` stands for every name that no other provider before it has. */
  name: string;
  /** What the provider calls it; null: the same. */
  upstream: string | null;
  /** Null: not known, so its calls cost nothing that could be counted, and are refused where a budget in money is kept. */
  price: LlmPrice | null;
}

/** Where calls go. Its key is never part of it. */
export interface LlmProvider {
  id: string;
  /** Null: the installation's own, for every tenant. */
  tenantId: string | null;
  /** Tenant name. */
  tenant: string | null;
  name: string;
  dialect: LlmDialect;
  /** Without a trailing slash; an OpenAI one ends in `/v1` as a rule, an Anthropic one does not. */
  baseUrl: string;
  models: LlmModel[];
  /** Lower ones are asked first. */
  priority: number;
  createdAt: string;
}

/** A provider that may be asked, with the name that it has for the model. */
export interface LlmCandidate {
  provider: LlmProvider;
  model: LlmModel;
  /** What the provider calls the model. */
  upstream: string;
}

/**
 * Who may be asked for a model, the first one first: the tenant's own providers before the installation's, each by
 * priority and then by name. A model that is named goes before `*` within one provider. Empty: nobody has it.
 */
export function llmCandidates(providers: readonly LlmProvider[], tenantId: string, dialect: LlmDialect, asked: string): LlmCandidate[] {
  return providers
    .filter((provider) => provider.dialect === dialect && (provider.tenantId === null || provider.tenantId === tenantId))
    .toSorted(byTurn)
    .flatMap((provider) => {
      const model = provider.models.find(({ name }) => name === asked) ?? provider.models.find(({ name }) => name === "*");
      return model === undefined ? [] : [{ provider, model, upstream: model.upstream ?? asked }];
    });
}

/** Names of models that a tenant may ask for, each once, without `*`. */
export function llmModelNames(providers: readonly LlmProvider[], tenantId: string, dialect: LlmDialect): string[] {
  const visible = providers.filter((one) => one.dialect === dialect && (one.tenantId === null || one.tenantId === tenantId));
  return [...new Set(visible.flatMap(({ models }) => models.map(({ name }) => name)))].filter((name) => name !== "*").sort();
}

const byTurn = (a: LlmProvider, b: LlmProvider): number =>
  Number(a.tenantId === null) - Number(b.tenantId === null) || a.priority - b.priority || (a.name < b.name ? -1 : 1);
