import { AppError } from "@agentpod/core/errors";
import type { Cli } from "../cli.ts";
import { printable } from "../format-values.ts";
import { parsePodName } from "../pod-name.ts";
import { readText } from "../read-text.ts";

/** Prints the answer as it comes. Throws what it broke off with, after what was said before. */
export async function run(cli: Cli, [name = "", said = ""]: string[], { conversation }: { conversation?: string }): Promise<void> {
  const { tenant, pod } = parsePodName(name);
  const message = said === "-" ? await readText("-") : said;
  const client = await cli.client();
  let answer = "";
  for await (const line of client.agents.ask(tenant, pod, { message, ...(conversation && { conversation }) }, cli.signal)) {
    if (line.kind === "accepted") cli.out.progress("The agent is thinking …");
    else if (line.kind === "text") {
      answer += line.text;
      if (!cli.out.json) process.stdout.write(printable(line.text));
    } else {
      if (!cli.out.json && answer !== "") process.stdout.write("\n");
      if (line.kind === "failed") throw new AppError(line.code, line.message);
      if (cli.out.json) cli.out.show({ answer }, answer);
      return;
    }
  }
  throw new AppError("unavailable", "the answer broke off; ask again");
}
