/** What is chosen mostly, in the words of cron. */
export const cronPresets = { hourly: "0 * * * *", nightly: "0 3 * * *", weekly: "0 4 * * 0", monthly: "0 5 1 * *" } as const;

/** Which of them it is; `never` where nothing is written, `own` for all else. */
export function presetOf(cron: string): keyof typeof cronPresets | "never" | "own" {
  if (cron === "") return "never";
  const found = (Object.keys(cronPresets) as (keyof typeof cronPresets)[]).find((name) => cronPresets[name] === cron);
  return found ?? "own";
}
