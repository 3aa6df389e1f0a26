import type { Command } from "commander";
import { examples, noun, verb, yesOption } from "../define-command.ts";

export function tenantCommands(program: Command): void {
  const tenant = noun(program, "tenant", "Customers, teams or users: what pods belong to");
  examples(
    verb(tenant, "create <name>", "Create a tenant", () => import("../commands/tenant-create.ts"))
      .option("--pods <count>", "most pods it may run", Number)
      .option("--cpus <cores>", "most cores its pods may ask for", Number)
      .option("--memory-mb <mb>", "most memory its pods may ask for", Number),
    "tenant create acme",
    "tenant create demo --pods 3 --memory-mb 2048",
  );
  verb(tenant, "list", "List tenants", () => import("../commands/tenant-list.ts"));
  verb(tenant, "status <name>", "A tenant and its pods", () => import("../commands/tenant-status.ts"));
  examples(
    verb(tenant, "delete <name>", "Delete a tenant", () => import("../commands/tenant-delete.ts"))
      .option("--force", "delete its pods and their data too")
      .option(...yesOption),
    "tenant delete acme --force --yes",
  );
}
