import type { Permission } from "@agentpod/core/permission";

/** What can be set for the installation as a whole, and what is needed to see it. */
export const settingsTabs = [
  { id: "installation", permission: "platform.read" },
  { id: "access", permission: "platform.settings" },
  { id: "gateway", permission: "platform.read" },
] as const satisfies readonly { id: string; permission: Permission }[];
