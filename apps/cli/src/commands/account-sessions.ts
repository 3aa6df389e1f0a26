import type { Cli } from "../cli.ts";
import { age } from "../format-values.ts";

export async function run(cli: Cli): Promise<void> {
  const sessions = await (await cli.client()).account.sessions();
  const rows = sessions.map(({ id, ipAddress, userAgent, updatedAt, current }) => [
    id,
    ipAddress ?? "",
    `${age(updatedAt)} ago`,
    current ? "this one" : "",
    userAgent ?? "",
  ]);
  cli.out.table(sessions, { head: ["ID", "ADDRESS", "SEEN", "", "WITH"], rows }, "You are logged in nowhere.");
}
