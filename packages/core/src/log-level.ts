/** The worst first; `other` says nothing of itself. */
export const logLevels = ["error", "warn", "info", "debug", "other"] as const;
export type LogLevel = (typeof logLevels)[number];

/** Longer beginnings are not looked at: a level stands near the front. */
const looked = 400;
const words: Record<string, LogLevel> = {
  emerg: "error",
  emergency: "error",
  alert: "error",
  crit: "error",
  critical: "error",
  fatal: "error",
  panic: "error",
  severe: "error",
  error: "error",
  err: "error",
  eror: "error",
  warning: "warn",
  warn: "warn",
  notice: "info",
  info: "info",
  information: "info",
  log: "info",
  debug: "debug",
  trace: "debug",
  verbose: "debug",
};
const names = Object.keys(words).join("|");
/** `"level":"error"`, `level=error`, `severity: WARN`. */
const field = new RegExp(`["']?(?:level|lvl|severity|loglevel)["']?\\s*[:=]\\s*["']?(${names})\\b`, "i");
/** Pino and bunyan. */
const number = /"level"\s*:\s*(\d{2})\b/;
/** `ERROR`, `[warn]`, `error:`; `error` in the middle of a sentence is none. */
const mark = new RegExp(`(?:^|[\\s\\[(<|])(?:(${names.toUpperCase()})(?=[\\s\\]):>|,]|$)|[\\[(<](${names})[\\])>]|(${names}):(?=\\s))`);
const thrown =
  /^(?:Uncaught |Unhandled )?(?:[\w.$]*(?:Error|Exception)\b(?=[:\s]|$)|Traceback \(most recent call last\)|panic:|thread '.*' panicked)/;

/** How bad a line says that it is, in the ways that common loggers have. */
export function levelOf(text: string): LogLevel {
  const start = text.length > looked ? text.slice(0, looked) : text;
  const named = field.exec(start)?.[1];
  if (named !== undefined) return words[named.toLowerCase()] ?? "other";
  const numbered = start.startsWith("{") ? number.exec(start)?.[1] : undefined;
  if (numbered !== undefined) return ofNumber(Number(numbered));
  const marked = mark.exec(start);
  const word = marked?.[1] ?? marked?.[2] ?? marked?.[3];
  if (word !== undefined) return words[word.toLowerCase()] ?? "other";
  return thrown.test(start) ? "error" : "other";
}

/** Whether a level is as bad as another, or worse. `other` is as bad as itself alone. */
export function isAtLeast(level: LogLevel, wanted: LogLevel): boolean {
  return level === wanted || (level !== "other" && wanted !== "other" && logLevels.indexOf(level) < logLevels.indexOf(wanted));
}

const ofNumber = (level: number): LogLevel => (level >= 50 ? "error" : level >= 40 ? "warn" : level >= 30 ? "info" : "debug");
