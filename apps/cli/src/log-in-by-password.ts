import { createClient } from "@agentpod/client/create-client";
import type { LoginAnswer } from "@agentpod/core/api/account-view";
import { AppError } from "@agentpod/core/errors";
import { readLine } from "./read-line.ts";
import { readText } from "./read-text.ts";
import { readUnseen } from "./read-unseen.ts";

export interface PasswordLogin {
  email: string;
  /** Else standard input, or typed unseen at the terminal; never from the command line. */
  passwordFile: string | undefined;
  /** Of the second factor, where one is asked for; else it is asked for at the terminal. */
  code: string | undefined;
}

/** Gives the login's token. Throws what the server says, `invalid` where a code is missing and nobody can be asked. */
export async function logInByPassword(url: string, { email, passwordFile, code }: PasswordLogin, signal: AbortSignal): Promise<string> {
  const given = passwordFile === undefined ? await readUnseen("Password", signal) : await readText(passwordFile);
  const password = given.replace(/\r?\n$/, "");
  const { login, close } = createClient({ baseUrl: url });
  try {
    const first = await login.password({ email, password });
    return tokenOf(first.challenge === null ? first : await secondStep(first.challenge));
  } finally {
    await close();
  }

  async function secondStep(challenge: string): Promise<LoginAnswer> {
    if (code === undefined && !process.stdin.isTTY)
      throw new AppError("invalid", "this user has a second factor; give its code with --code");
    const typed = (code ?? (await readLine("Code of your second factor, or a backup code", signal))).trim();
    // Backup codes are longer and hold letters.
    return login.secondFactor({ challenge, code: typed, kind: /^\d{6}$/.test(typed) ? "totp" : "backup" });
  }
}

function tokenOf({ token }: LoginAnswer): string {
  if (token === null) throw new AppError("internal", "the server gave no token for this login");
  return token;
}
