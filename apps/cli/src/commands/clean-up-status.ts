import type { Cli } from "../cli.ts";
import { describeCleanUp } from "../describe-clean-up.ts";

export async function run(cli: Cli): Promise<void> {
  const status = await (await cli.client()).cleanUps.status();
  const { last, nextAt, disk } = status;
  const free = (room: { freeMb: number } | null): string => (room === null ? "cannot be seen" : `${room.freeMb} MB free`);
  cli.out.show(
    status,
    [
      last === null ? "There was none yet." : `The last one was at ${last.at}, by ${last.actor}.\n${describeCleanUp(last)}`,
      nextAt === null ? "None is made by itself." : `The next one is due at ${nextAt}.`,
      `Disk of the home: ${free(disk.home)}. Of images and pods: ${free(disk.runtime)}.`,
    ].join("\n"),
  );
}
