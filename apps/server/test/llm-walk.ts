/** What a stranger gets of the LLM routes; see route-walk-rig.ts. */
export const llmStranger = {
  listLlmProviders: "hidden",
  addLlmProvider: "hidden",
  changeLlmProvider: "hidden",
  deleteLlmProvider: "hidden",
  listInstallationLlmProviders: "platform",
  addInstallationLlmProvider: "platform",
  changeInstallationLlmProvider: "platform",
  deleteInstallationLlmProvider: "platform",
  testLlmProvider: "hidden",
  testInstallationLlmProvider: "platform",
  listLlmKeys: "hidden",
  addLlmKey: "hidden",
  revokeLlmKey: "hidden",
  rotatePodLlmKey: "hidden",
  listUsage: "own",
  exportUsage: "own",
  listLlmBudgets: "hidden",
  setLlmBudget: "hidden",
  deleteLlmBudget: "hidden",
  setPodLlmBudget: "hidden",
  deletePodLlmBudget: "hidden",
} as const;

const provider = {
  ...{ name: "other", dialect: "openai", baseUrl: "https://llm.acme.example/v1", key: "acme-secret-value" },
  models: [{ name: "small" }],
};

export const llmBodies = {
  addLlmProvider: provider,
  addInstallationLlmProvider: provider,
  changeLlmProvider: { priority: 7 },
  changeInstallationLlmProvider: { priority: 7 },
  addLlmKey: { name: "intruder" },
  setLlmBudget: { tokensPerDay: 1 },
  setPodLlmBudget: { tokensPerDay: 1 },
};

/** Made for acme; the provider is called as all of acme's are. */
export const llmThings: [path: string, body: object][] = [
  ["/llm-providers", { ...provider, name: "dns" }],
  ["/llm-keys", { name: "hand" }],
];

/** What a stranger could change of these. */
export const llmLists = ["llm-providers", "llm-keys", "llm-budgets"];
