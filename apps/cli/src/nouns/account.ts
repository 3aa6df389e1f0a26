import type { Command } from "commander";
import { examples, verb } from "../define-command.ts";

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
}
