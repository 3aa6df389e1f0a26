import type { ChangeLlmProviderRequest } from "@agentpod/core/api/llm-view";
import { AppError } from "@agentpod/core/errors";
import type { Cli } from "../cli.ts";
import { parseModels } from "../parse-models.ts";
import { readSecret } from "../read-secret.ts";

export interface Options {
  tenant?: string;
  baseUrl?: string;
  key?: string;
  model?: string[];
  price?: string[];
  priority?: number;
}

export async function run(cli: Cli, [name = ""]: string[], options: Options): Promise<void> {
  const { tenant, baseUrl, priority, model = [], price = [] } = options;
  const client = await cli.client();
  const before = (await client.llmProviders.list(tenant ?? null)).find((one) => one.name === name);
  if (before === undefined) throw new AppError("not_found", `there is no provider ${name}; agentpod llm provider list shows them`);
  const change: ChangeLlmProviderRequest = {
    ...(baseUrl !== undefined && { baseUrl }),
    ...(options.key !== undefined && { key: await readSecret("", options.key, cli.signal) }),
    ...(model.length + price.length > 0 && { models: parseModels(model, price, before.models) }),
    ...(priority !== undefined && { priority }),
  };
  const provider = await client.llmProviders.change(tenant ?? null, name, change);
  cli.out.show(provider, `Provider ${provider.name} is changed.`);
}
