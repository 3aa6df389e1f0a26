import { join } from "node:path";
import { type Installation, root } from "@agentpod/e2e/installation";
import { agentTemplate, messengers } from "./agent-template.ts";
import { furnishBackups } from "./furnish-backups.ts";
import { furnishDatabase } from "./furnish-database.ts";

/** Two tenants with a pod that runs and has a history, one that fails, an agent whose messenger is lost, a pod with a backup, a database, a site that was deployed, a domain, somebody to alert: something to see on every page. */
export async function furnish(installation: Installation): Promise<void> {
  const { json, specFile, client } = installation;
  for (const tenant of ["acme", "globex"]) await json("tenant", "create", tenant);
  await json("pod", "create", "acme/web", "--template", "hello", "--wait");
  await json("pod", "update", "acme/web", "--input", "greeting=Moin", "--wait");
  const argv = ["node", "-e", "console.error('boom'); process.exit(3)"];
  const spec = { units: [{ name: "main", image: "node:24-bookworm-slim", command: argv, local: { argv, needs: ["node"] } }] };
  await json("pod", "create", "globex/broken", "--spec", await specFile(spec));
  const api = client();
  await api.templates.apply(agentTemplate("support", "Answers customers") as never);
  await api.close();
  await json("pod", "create", "acme/bot", "--template", "support", "--input", `channels=${JSON.stringify(messengers.lost)}`, "--wait");
  await furnishBackups(installation);
  await furnishDatabase(installation);
  await json("deploy", join(root, "examples/static"), "--name", "site", "--tenant", "acme");
  const repository = "https://git.example.com/team/site.git";
  await json("deployment", "hook", "create", "acme/site", "--kind", "github", "--url", repository);
  await json("domain", "add", "acme", "example.com");
  const config = await specFile({ url: "https://hooks.example.com/alerts" });
  await json("alert", "channel-add", "ops", "--kind", "slack", "--config", config, "--tenant", "acme");
  await json("alert", "rule-add", "sick", "--kind", "unhealthy", "--minutes", "5", "--tenant", "acme");
}
