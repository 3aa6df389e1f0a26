import { AppError } from "@agentpod/core/errors";
import type { Cli } from "../cli.ts";

export async function run(cli: Cli): Promise<void> {
  const lines = await (await cli.client()).doctor();
  const rows = lines.map((line) => [line.status, line.check, line.message, line.advice ?? ""]);
  cli.out.table(lines, { head: ["STATUS", "CHECK", "FOUND", "WHAT TO DO"], rows }, "Nothing was checked.");
  const failed = lines.filter((line) => line.status === "failed").map((line) => line.check);
  if (failed.length > 0) throw new AppError("unavailable", `failed: ${failed.join(", ")}`);
}
