import { AppError } from "@agentpod/core/errors";

const seconds: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** `10m`, `2h` or a time, as RFC 3339. Throws `invalid`. */
export function parseSince(text: string, now: Date): string {
  const ago = /^(\d{1,6})([smhd])$/.exec(text);
  if (ago !== null) return new Date(now.getTime() - Number(ago[1]) * (seconds[ago[2] ?? "s"] ?? 1) * 1000).toISOString();
  const time = Date.parse(text);
  if (Number.isNaN(time))
    throw new AppError("invalid", `--since ${text.slice(0, 40)}: write 10m, 2h, 1d, or a time such as 2026-01-31T12:00:00Z`);
  return new Date(time).toISOString();
}
