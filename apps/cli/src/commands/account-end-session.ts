import { AppError } from "@agentpod/core/errors";
import type { Cli } from "../cli.ts";

export interface Options {
  others?: boolean;
}

export async function run(cli: Cli, [id]: string[], { others = false }: Options): Promise<void> {
  if ((id === undefined) !== others) throw new AppError("invalid", "name one of your sessions, or say --others");
  const { account } = await cli.client();
  if (id === undefined) {
    const { ended } = await account.endOtherSessions();
    return cli.out.show({ ended }, `${ended} other login(s) ended.`);
  }
  await account.endSession(id);
  cli.out.show({ ended: 1 }, "The login has ended.");
}
