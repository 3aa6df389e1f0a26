import type { Cli } from "../cli.ts";
import { type EventOptions, printEvents } from "../print-events.ts";

export async function run(cli: Cli, _args: string[], options: EventOptions & { tenant?: string }): Promise<void> {
  await printEvents(cli, options.tenant === undefined ? {} : { tenant: options.tenant }, options);
}
