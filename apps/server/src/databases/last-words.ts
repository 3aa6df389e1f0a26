import { finished } from "node:stream/promises";
import type { ExecSession } from "@agentpod/core/runtime";

/** Reads what a program says on stderr; gives, once it has ended, the last line that names an error, else its last, as `: line`, or a full stop. */
export function lastWords({ stderr }: Pick<ExecSession, "stderr">): () => Promise<string> {
  let said = "";
  stderr?.on("data", (chunk: Buffer) => {
    said = (said + chunk.toString("utf8")).slice(-2000);
  });
  // Its last words may come after its end.
  const over = stderr === null ? Promise.resolve() : finished(stderr).catch(() => undefined);
  return async () => {
    await over;
    const lines = said.trim().split("\n");
    const last = lines.findLast((line) => /\b(error|fatal):/i.test(line)) ?? lines.at(-1) ?? "";
    return last === "" ? "." : `: ${last.slice(0, 300)}`;
  };
}
