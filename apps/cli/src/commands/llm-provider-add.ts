import type { AddLlmProviderRequest } from "@agentpod/core/api/llm-view";
import type { Cli } from "../cli.ts";
import { parseModels } from "../parse-models.ts";
import { readSecret } from "../read-secret.ts";

export interface Options {
  tenant?: string;
  dialect: AddLlmProviderRequest["dialect"];
  baseUrl: string;
  key?: string;
  model: string[];
  price?: string[];
  priority?: number;
}

export async function run(cli: Cli, [name = ""]: string[], options: Options): Promise<void> {
  const { tenant, dialect, baseUrl, priority } = options;
  const models = parseModels(options.model, options.price ?? []);
  const key = await readSecret(`Key of ${name}: `, options.key, cli.signal);
  const provider = await (await cli.client()).llmProviders.add(tenant ?? null, {
    ...{ name, dialect, baseUrl, key, models },
    ...(priority !== undefined && { priority }),
  });
  cli.out.show(provider, `Provider ${provider.name} serves ${provider.models.map((model) => model.name).join(", ")}.`);
}
