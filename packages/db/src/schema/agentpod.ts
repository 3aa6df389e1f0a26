import { pgRole, pgSchema } from "drizzle-orm/pg-core";

/** All of AgentPod's tables lie in a schema of their own, so that a database may be shared with other programs. */
export const agentpod = pgSchema("agentpod");

/** Stand-ins: the real roles are named after the database, and `migrate` puts their names in. */
export const appRole = pgRole("agentpod_app").existing();
export const systemRole = pgRole("agentpod_system").existing();
