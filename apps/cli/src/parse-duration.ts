import { AppError } from "@agentpod/core/errors";

const seconds = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 } as const;

/** Seconds of `90m`, `12h`, `3d`. Throws `invalid`. */
export function parseDuration(text: string, option: string): number {
  const match = /^(\d{1,6})([smhdw])$/.exec(text);
  const unit = match?.[2] as keyof typeof seconds | undefined;
  if (match?.[1] === undefined || unit === undefined) throw new AppError("invalid", `${option} ${text.slice(0, 40)}: write 90m, 12h or 3d`);
  return Number(match[1]) * seconds[unit];
}
