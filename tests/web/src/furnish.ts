import type { Installation } from "@agentpod/e2e/installation";

/** Two tenants with a pod that runs and has a history, one that fails, a domain, somebody to alert: something to see on every page. */
export async function furnish({ json, specFile }: Installation): Promise<void> {
  for (const tenant of ["acme", "globex"]) await json("tenant", "create", tenant);
  await json("pod", "create", "acme/web", "--template", "hello", "--wait");
  await json("pod", "update", "acme/web", "--input", "greeting=Moin", "--wait");
  const argv = ["node", "-e", "console.error('boom'); process.exit(3)"];
  const spec = { units: [{ name: "main", image: "node:24-bookworm-slim", command: argv, local: { argv, needs: ["node"] } }] };
  await json("pod", "create", "globex/broken", "--spec", await specFile(spec));
  await json("domain", "add", "acme", "example.com");
  const config = await specFile({ url: "https://hooks.example.com/alerts" });
  await json("alert", "channel-add", "ops", "--kind", "slack", "--config", config, "--tenant", "acme");
  await json("alert", "rule-add", "sick", "--kind", "unhealthy", "--minutes", "5", "--tenant", "acme");
}
