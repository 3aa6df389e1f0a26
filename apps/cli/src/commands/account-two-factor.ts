import { AppError } from "@agentpod/core/errors";
import type { Cli } from "../cli.ts";
import { keepNewLogin } from "../keep-new-login.ts";
import { readSecret } from "../read-secret.ts";

export interface Options {
  passwordFile?: string;
  code?: string;
}

/** `begin` shows the secret this once; `confirm` puts it in force; `off` takes it away. The last two renew the stored login. */
export async function run(cli: Cli, [step]: string[], { passwordFile, code }: Options): Promise<void> {
  const { account } = await cli.client();
  const password = (): Promise<string> => readSecret("Your password", passwordFile, cli.signal);
  switch (step) {
    case "begin": {
      const setup = await account.setUpTwoFactor(await password());
      const lines = [
        "Put this address into your authenticator; it is shown this once:",
        `  ${setup.uri}`,
        "Keep these backup codes, each of which works once in place of a code:",
        ...setup.backupCodes.map((backup) => `  ${backup}`),
        "It is in force once its first code is confirmed: agentpod account two-factor confirm --code <code>",
      ];
      return cli.out.show(setup, lines.join("\n"));
    }
    case "confirm": {
      if (code === undefined) throw new AppError("invalid", "give the code that your authenticator shows, with --code");
      const { token } = await account.confirmTwoFactor(code);
      return cli.out.show({ twoFactor: true }, `The second factor is in force. ${keepNewLogin(cli.env, token)}`.trim());
    }
    case "off": {
      const { token } = await account.disableTwoFactor(await password());
      return cli.out.show({ twoFactor: false }, `The second factor is gone. ${keepNewLogin(cli.env, token)}`.trim());
    }
    default:
      throw new AppError("invalid", `there is no step ${step}; say begin, confirm or off`);
  }
}
