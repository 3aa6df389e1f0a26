import { createClient } from "@agentpod/client/create-client";
import { writeCredentials } from "@agentpod/host/credentials";
import { homeAt } from "@agentpod/host/home";
import type { Cli } from "../cli.ts";
import { originOf } from "../connect.ts";
import { logInByPassword } from "../log-in-by-password.ts";
import { readLine } from "../read-line.ts";
import { readToken } from "../read-token.ts";

export interface Options {
  email?: string;
  passwordFile?: string;
  code?: string;
  tokenFile?: string;
}

/** By email address and password, or by a token; what is stored has been tried. */
export async function run(cli: Cli, [given = ""]: string[], options: Options): Promise<void> {
  const url = originOf(given);
  const plain = url.startsWith("http://") && !/^http:\/\/(localhost|127\.|\[::1\])/.test(url);
  if (plain) process.stderr.write("WARNING: this address is not encrypted; what you log in with can be read on the way.\n");
  const email =
    options.email ?? (isTokenGiven(cli, options) ? "" : await readLine("Email address (empty: log in with a token)", cli.signal));
  const token =
    email === ""
      ? await readToken(options.tokenFile, cli.env.token, cli.signal)
      : await logInByPassword(url, { email, passwordFile: options.passwordFile, code: options.code }, cli.signal);
  const client = createClient({ baseUrl: url, token });
  try {
    const who = await client.whoami();
    writeCredentials(homeAt(cli.env.home).keys, { url, token }, "login");
    cli.out.show({ url, ...who }, `Logged in to ${url} as ${who.user?.email ?? who.actor}.`);
  } finally {
    await client.close();
  }
}

/** Without a terminal there is nobody to ask for an address: what comes in is a token. */
const isTokenGiven = (cli: Cli, options: Options): boolean =>
  options.tokenFile !== undefined || cli.env.token !== undefined || !process.stdin.isTTY;
