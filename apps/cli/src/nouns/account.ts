import type { Command } from "commander";
import { examples, noun, verb } from "../define-command.ts";

export function accountCommands(program: Command): void {
  examples(
    verb(program, "login <url>", "Log in to an AgentPod on another machine", () => import("../commands/login.ts"))
      .option("--email <email>", "as this user; the password is typed unseen, or comes from standard input")
      .option("--password-file <file>", "read the password from a file")
      .option("--code <code>", "of the second factor, where the user has one; else it is asked for")
      .option(
        "--token-file <file>",
        "by a token instead, from a file; else from AGENTPOD_TOKEN, standard input or the terminal, never from the command line",
      ),
    "login https://pods.example.com",
    "login https://pods.example.com --email ann@example.com < password.txt",
    "login https://pods.example.com < token.txt",
  );
  verb(program, "logout", "End the login", () => import("../commands/logout.ts"));
  verb(program, "whoami", "Where commands go, as whom, and what that may do", () => import("../commands/whoami.ts"));

  const account = noun(program, "account", "Your own name, password, logins and second factor");
  verb(account, "show", "Who you are", () => import("../commands/account-show.ts"));
  verb(account, "rename <name>", "Change your name", () => import("../commands/account-rename.ts"));
  examples(
    verb(account, "password", "Change your password; every other login of yours ends", () => import("../commands/account-password.ts"))
      .option("--current-file <file>", "read the present password from a file; else it is asked for unseen")
      .option("--new-file <file>", "read the new one from a file; - is standard input"),
    "account password",
    "account password --current-file old.txt --new-file new.txt",
  );
  verb(account, "sessions", "Where you are logged in", () => import("../commands/account-sessions.ts"));
  examples(
    verb(
      account,
      "end-session [id]",
      "End one of your logins, or all but this one",
      () => import("../commands/account-end-session.ts"),
    ).option("--others", "all but this one"),
    "account end-session 5a0c7a1e-6f0e-4a55-9d3b-0d2f1c8e9b11",
    "account end-session --others",
  );
  examples(
    verb(
      account,
      "two-factor <step>",
      "Set a second factor up (begin, then confirm), or take it away (off)",
      () => import("../commands/account-two-factor.ts"),
    )
      .option("--password-file <file>", "read your password from a file; else it is asked for unseen, or comes from standard input")
      .option("--code <code>", "of your authenticator, to confirm"),
    "account two-factor begin",
    "account two-factor confirm --code 123456",
    "account two-factor off",
  );
}
