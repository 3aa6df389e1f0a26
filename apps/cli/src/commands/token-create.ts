import type { CreateTokenRequest } from "@agentpod/core/api/token-view";
import type { Cli } from "../cli.ts";

export interface Options {
  tenant?: string;
  role?: CreateTokenRequest["role"];
  permission?: CreateTokenRequest["permissions"];
  days?: number;
}

export async function run(cli: Cli, [name = ""]: string[], { tenant, role, permission, days }: Options): Promise<void> {
  const request: CreateTokenRequest = {
    name,
    ...(tenant === undefined ? {} : { tenant }),
    ...(role === undefined ? {} : { role }),
    ...(permission === undefined ? {} : { permissions: permission }),
    ...(days === undefined ? {} : { days }),
  };
  const token = await (await cli.client()).tokens.create(request);
  cli.out.show(token, `Token ${token.name} (${token.id}). Its secret is shown this once:\n${token.secret}`);
}
