import { isAbsolute } from "node:path";
import { AppError } from "@agentpod/core/errors";
import type { LogSettings } from "./log-keeper.ts";

const usualMb = 16;
const megabyte = 1024 * 1024;

/** `AGENTPOD_LOG_MB` (of each pod; 16) and `AGENTPOD_LOG_ARCHIVE` (a folder; none). Throws `invalid` naming the variable. */
export function readLogSettings(env: Record<string, string | undefined>): LogSettings {
  const { AGENTPOD_LOG_MB: mb = "", AGENTPOD_LOG_ARCHIVE: archive = "" } = env;
  if (!/^([1-9]\d{0,5})?$/.test(mb))
    throw new AppError("invalid", `AGENTPOD_LOG_MB must be a whole number of megabytes from 1, not "${mb}".`);
  if (archive !== "" && !isAbsolute(archive))
    throw new AppError("invalid", `AGENTPOD_LOG_ARCHIVE must be the absolute path of a folder, not "${archive}".`);
  return { capBytes: (mb === "" ? usualMb : Number(mb)) * megabyte, archive: archive === "" ? null : archive };
}
