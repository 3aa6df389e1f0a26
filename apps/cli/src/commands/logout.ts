import { createClient } from "@agentpod/client/create-client";
import { toAppError } from "@agentpod/core/errors";
import { deleteCredentials, readCredentials } from "@agentpod/host/credentials";
import { homeAt } from "@agentpod/host/home";
import type { Cli } from "../cli.ts";

/** Ends the login on the server, and forgets it here even where the server does not answer. */
export async function run(cli: Cli): Promise<void> {
  const { keys } = homeAt(cli.env.home);
  const stored = readCredentials(keys, "login");
  deleteCredentials(keys, "login");
  if (stored === null) return cli.out.show({ loggedOut: false }, "Nobody was logged in.");
  const isToken = stored.token.startsWith("ap_");
  const ended = !isToken && (await endLogin(stored));
  const words = isToken
    ? "The token itself is still valid: agentpod token delete revokes it."
    : ended
      ? "The login has ended."
      : "The server could not be told; the login ends there by its time.";
  cli.out.show({ loggedOut: true, ended }, `Logged out. ${words}`);
}

/** True when the login is over on the server. */
async function endLogin({ url, token }: { url: string; token: string }): Promise<boolean> {
  const client = createClient({ baseUrl: url, token });
  try {
    await client.login.end();
    return true;
  } catch (error) {
    return toAppError(error).code === "unauthenticated";
  } finally {
    await client.close();
  }
}
