/** What a stranger gets of agents and their packages, for the walk over all routes. */
export const agentStrangers: Record<string, "hidden" | "own" | "closed"> = {
  listAgentPackages: "own",
  getAgentPackage: "hidden",
  applyAgentPackage: "hidden",
  listAgentPackageVersions: "hidden",
  listAgentPackageFiles: "hidden",
  getAgentConfig: "hidden",
  setAgentConfig: "hidden",
  previewAgentConfig: "hidden",
  testAgentConfig: "hidden",
  askAgent: "hidden",
  startChannelLogin: "hidden",
  waitForChannelLogin: "hidden",
  checkUsage: "hidden",
  listCustomerAccesses: "hidden",
  deleteCustomerAccess: "hidden",
  getOwnAgent: "closed",
  resetOwnAgent: "closed",
  enterOwnAgent: "closed",
};

export const agentBodies: Record<string, unknown> = {
  setAgentConfig: { llm: { model: "m1" } },
  previewAgentConfig: { llm: { model: "m1" } },
  testAgentConfig: { what: "llm" },
  askAgent: { message: "hello" },
  resetOwnAgent: { confirm: true },
};

export const agentQueries: Record<string, string> = {
  getAgentPackage: "?tenant=acme",
  listAgentPackageVersions: "?tenant=acme",
  listAgentPackageFiles: "?tenant=acme",
  applyAgentPackage: "?tenant=acme",
};
