import type { DatabaseKind } from "@agentpod/core/database-unit";

/** Names that are the same in every language. */
export const kindNames: Record<DatabaseKind, string> = { postgres: "PostgreSQL", mysql: "MySQL / MariaDB", redis: "Redis" };
