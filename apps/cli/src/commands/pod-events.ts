import type { Cli } from "../cli.ts";
import { parsePodName } from "../pod-name.ts";
import { type EventOptions, printEvents } from "../print-events.ts";

export async function run(cli: Cli, [name = ""]: string[], options: EventOptions): Promise<void> {
  await printEvents(cli, parsePodName(name), options);
}
