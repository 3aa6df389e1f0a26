import type { Command } from "commander";
import { count, examples, noun, positive, verb, yesOption } from "../define-command.ts";

export function cleanUpCommands(program: Command): void {
  const cleanUp = noun(program, "clean-up", "Old releases, code, images and caches that nothing uses");
  examples(
    verb(cleanUp, "run", "Take away what may go; what is in use never does", () => import("../commands/clean-up-run.ts"))
      .option("--dry-run", "print what would go, how large it is and why; do nothing")
      .option(...yesOption),
    "clean-up run --dry-run",
    "clean-up run --yes",
  );
  verb(
    cleanUp,
    "status",
    "How the last one ended, when the next one is due, and how much room there is",
    () => import("../commands/clean-up-status.ts"),
  );
  examples(
    verb(cleanUp, "policy", "Show or change what is kept", () => import("../commands/clean-up-policy.ts"))
      .option("--releases <number>", "of each application so many releases to go back to", positive("--releases"))
      .option("--days <days>", "beside these, all that are younger", count("--days"))
      .option("--unused <hours>", "what was handed over and is used by nothing", positive("--unused"))
      .option("--build-cache <mb>", "most that caches of builds take; or all", (text) =>
        text === "all" ? text : count("--build-cache")(text),
      )
      .option("--free <mb>", "has to be free before something is built; 0: nothing", count("--free"))
      .option("--every <hours>", "from one to the next; 0: none by itself", count("--every")),
    "clean-up policy",
    "clean-up policy --releases 10 --days 14 --build-cache 20000",
  );
}
