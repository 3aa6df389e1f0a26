import type { Command } from "commander";
import { examples, verb } from "../define-command.ts";

export function accountCommands(program: Command): void {
  examples(
    verb(program, "login <url>", "Log in to an AgentPod on another machine", () => import("../commands/login.ts")).option(
      "--token-file <file>",
      "read the token from a file; else from AGENTPOD_TOKEN, standard input or the terminal, never from the command line",
    ),
    "login https://pods.example.com",
    "login https://pods.example.com < token.txt",
  );
  verb(program, "logout", "Forget the login", () => import("../commands/logout.ts"));
  verb(program, "whoami", "Where commands go, as whom, and what that may do", () => import("../commands/whoami.ts"));
}
