import { isConfigRecord } from "@agentpod/core/products/agents/config-record";

/** The tool servers that a configuration names, each with what is started or called for it. */
export function mcpServers(config: Record<string, unknown>): { name: string; target: string }[] {
  const { mcp } = config;
  const servers = isConfigRecord(mcp) && isConfigRecord(mcp.servers) ? mcp.servers : {};
  return Object.entries(servers).map(([name, server]) => {
    const { url, command, args } = isConfigRecord(server) ? server : ({} as Record<string, unknown>);
    const words = [command, ...(Array.isArray(args) ? args : [])].filter((word) => typeof word === "string");
    return { name, target: typeof url === "string" ? url : words.join(" ") };
  });
}
