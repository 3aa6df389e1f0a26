import { Command } from "commander";
import packageJson from "../package.json" with { type: "json" };
import { exitCodeHelp } from "./exit-codes.ts";
import { accountCommands } from "./nouns/account.ts";
import { agentCommands } from "./nouns/agent.ts";
import { alertCommands } from "./nouns/alert.ts";
import { auditCommands } from "./nouns/audit.ts";
import { backupCommands } from "./nouns/backup.ts";
import { certificateCommands } from "./nouns/certificate.ts";
import { cleanUpCommands } from "./nouns/clean-up.ts";
import { codeCommands } from "./nouns/code.ts";
import { databaseCommands } from "./nouns/db.ts";
import { deploymentCommands } from "./nouns/deployment.ts";
import { dnsProviderCommands } from "./nouns/dns-provider.ts";
import { domainCommands } from "./nouns/domain.ts";
import { llmCommands } from "./nouns/llm.ts";
import { metricCommands } from "./nouns/metric.ts";
import { migrateCommands } from "./nouns/migrate.ts";
import { operationCommands } from "./nouns/operation.ts";
import { platformCommands } from "./nouns/platform.ts";
import { podCommands } from "./nouns/pod.ts";
import { routeCommands } from "./nouns/route.ts";
import { serviceCommands } from "./nouns/service.ts";
import { templateCommands } from "./nouns/template.ts";
import { tenantCommands } from "./nouns/tenant.ts";
import { tokenCommands } from "./nouns/token.ts";
import { userCommands } from "./nouns/user.ts";

/** The whole command line. Throws CommanderError instead of ending the process; nothing but help is printed by it. */
export function buildProgram(): Command {
  const program = new Command("agentpod")
    .description("Keeps pods running: isolated agents and applications, each with a URL.")
    .version(packageJson.version, "-V, --version")
    .helpCommand(false)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .addHelpText(
      "after",
      `
Examples:
  $ agentpod tenant create acme
  $ agentpod pod create acme/web --template hello --wait
  $ agentpod pod logs acme/web -f
  $ agentpod pod list -o json

Every command takes -o json. Errors are one line on stderr: ERROR <code>: <sentence>.
${exitCodeHelp}
On the machine that runs AgentPod no login is needed; elsewhere: agentpod login <url>.
AGENTPOD_URL and AGENTPOD_TOKEN go before a stored login; AGENTPOD_HOME says where that is (default ~/.agentpod).`,
    );
  tenantCommands(program);
  templateCommands(program);
  agentCommands(program);
  podCommands(program);
  migrateCommands(program);
  codeCommands(program);
  deploymentCommands(program);
  databaseCommands(program);
  routeCommands(program);
  domainCommands(program);
  certificateCommands(program);
  dnsProviderCommands(program);
  operationCommands(program);
  platformCommands(program);
  auditCommands(program);
  alertCommands(program);
  backupCommands(program);
  cleanUpCommands(program);
  metricCommands(program);
  llmCommands(program);
  accountCommands(program);
  tokenCommands(program);
  userCommands(program);
  serviceCommands(program);
  return program;
}
