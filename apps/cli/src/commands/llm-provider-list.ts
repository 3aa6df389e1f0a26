import type { LlmProviderView } from "@agentpod/core/api/llm-view";
import type { Cli } from "../cli.ts";

export interface Options {
  tenant?: string;
}

export async function run(cli: Cli, _args: string[], { tenant }: Options): Promise<void> {
  const providers = await (await cli.client()).llmProviders.list(tenant ?? null);
  const rows = providers.map((one) => [one.name, one.tenant ?? "-", one.dialect, one.baseUrl, String(one.priority), modelsOf(one)]);
  cli.out.table(
    providers,
    { head: ["NAME", "TENANT", "DIALECT", "ADDRESS", "PRIORITY", "MODELS"], rows },
    "There are no LLM providers. agentpod llm provider add adds one; LLM_API_KEY in the server's environment stands for one, too.",
  );
}

const modelsOf = ({ models }: LlmProviderView): string =>
  models
    .map(({ name, upstream, price }) => `${name}${upstream === null ? "" : `=${upstream}`}${price === null ? " (no price)" : ""}`)
    .join(", ");
