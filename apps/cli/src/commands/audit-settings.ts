import type { Cli } from "../cli.ts";

export interface Options {
  archiveAfter?: number;
  headWebhook?: string;
  headEvery?: number;
}

/** `0` days and an empty address take a setting back. */
export async function run(cli: Cli, _args: string[], { archiveAfter, headWebhook, headEvery }: Options): Promise<void> {
  const client = await cli.client();
  const before = (await client.audit.status()).settings;
  const wanted = {
    archiveAfterDays: archiveAfter === undefined ? before.archiveAfterDays : archiveAfter === 0 ? null : archiveAfter,
    headWebhook: headWebhook === undefined ? before.headWebhook : headWebhook === "" ? null : headWebhook,
    headEvery: headEvery ?? before.headEvery,
  };
  const isChanged = JSON.stringify(wanted) !== JSON.stringify(before);
  const settings = isChanged ? await client.audit.setSettings(wanted) : before;
  const archived = settings.archiveAfterDays === null ? "stay in the database" : `are archived after ${settings.archiveAfterDays} days`;
  const told = settings.headWebhook === null ? "" : `, and to ${settings.headWebhook}`;
  cli.out.show(
    settings,
    `Events ${archived}. The chain's head is exported hourly and every ${settings.headEvery} events, to a file${told}.`,
  );
}
