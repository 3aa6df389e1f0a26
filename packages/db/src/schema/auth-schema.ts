import { pgSchema } from "drizzle-orm/pg-core";

/**
 * What people log in with lies apart from AgentPod's own tables, and a role of its own reads it; the app role may not even
 * look into the schema. Not named `auth`: hosted databases have one of that name already.
 */
export const authSchema = pgSchema("agentpod_auth");
