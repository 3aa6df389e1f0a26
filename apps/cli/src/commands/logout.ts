import { deleteCredentials } from "@agentpod/host/credentials";
import { homeAt } from "@agentpod/host/home";
import type { Cli } from "../cli.ts";

export async function run(cli: Cli): Promise<void> {
  const loggedOut = deleteCredentials(homeAt(cli.env.home).keys, "login");
  cli.out.show(
    { loggedOut },
    loggedOut ? "Logged out. The token itself is still valid: agentpod token delete revokes it." : "Nobody was logged in.",
  );
}
