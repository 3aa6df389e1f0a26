import type { AlertLanguage, ChannelKind } from "@agentpod/core/alert";
import type { AddAlertChannelRequest } from "@agentpod/core/api/alert-view";
import type { Cli } from "../cli.ts";
import { readData } from "../read-data.ts";

export interface Options {
  tenant?: string;
  kind: ChannelKind;
  config: string;
  language: AlertLanguage;
}

export async function run(cli: Cli, [name = ""]: string[], { tenant, kind, config, language }: Options): Promise<void> {
  // The server says what is wrong with it, and where.
  const body = { name, kind, language, config: await readData(config) } as AddAlertChannelRequest;
  const channel = await (await cli.client()).alerts.addChannel(tenant ?? null, body);
  cli.out.show(channel, `Alerts go to ${channel.target} (${channel.kind}). Try it: agentpod alert channel-test ${name}`);
}
