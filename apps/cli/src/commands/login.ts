import { createClient } from "@agentpod/client/create-client";
import { writeCredentials } from "@agentpod/host/credentials";
import { homeAt } from "@agentpod/host/home";
import type { Cli } from "../cli.ts";
import { originOf } from "../connect.ts";
import { readToken } from "../read-token.ts";

/** Tries the token before it is stored. */
export async function run(cli: Cli, [given = ""]: string[], { tokenFile }: { tokenFile?: string }): Promise<void> {
  const url = originOf(given);
  const token = await readToken(tokenFile, cli.env.token, cli.signal);
  const client = createClient({ baseUrl: url, token });
  try {
    const who = await client.whoami();
    writeCredentials(homeAt(cli.env.home).keys, { url, token }, "login");
    const plain = url.startsWith("http://") && !/^http:\/\/(localhost|127\.|\[::1\])/.test(url);
    if (plain) process.stderr.write("WARNING: this address is not encrypted; the token can be read on the way.\n");
    cli.out.show({ url, ...who }, `Logged in to ${url} as ${who.actor}.`);
  } finally {
    await client.close();
  }
}
