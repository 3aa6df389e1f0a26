"use client";
import { useFormatter, useNow } from "use-intl";

/** Until when, in words that go on; the exact time on hover. */
export function TimeLeft({ endsAt }: { endsAt: string }) {
  const format = useFormatter();
  const now = useNow({ updateInterval: 1000 });
  const end = new Date(endsAt);
  return (
    <time dateTime={endsAt} title={format.dateTime(end, { dateStyle: "medium", timeStyle: "medium" })}>
      {format.relativeTime(end < now ? now : end, now)}
    </time>
  );
}
