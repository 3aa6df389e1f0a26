import type { TableCount } from "@agentpod/core/dump-content";
import { AppError } from "@agentpod/core/errors";
import { z } from "zod";

const row = z.tuple([z.string(), z.string(), z.number()]);

/** A line of what counts the tables of a database. */
export function tableCount(line: string): TableCount {
  try {
    return row.parse(JSON.parse(line));
  } catch (cause) {
    throw new AppError("invalid", "What was counted in the database cannot be read.", { cause });
  }
}
