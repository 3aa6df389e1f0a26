"use client";
import { useFormatter, useNow } from "use-intl";

/** How long ago, in words, kept true; the exact time on hover. */
export function Ago({ at }: { at: string | null }) {
  const format = useFormatter();
  const now = useNow({ updateInterval: 20_000 });
  if (at === null) return <span aria-hidden>–</span>;
  const date = new Date(at);
  // A clock that is a little behind the server's would speak of the future.
  const shown = date > now && date.getTime() - now.getTime() < 60_000 ? now : date;
  return (
    <time dateTime={at} title={format.dateTime(date, { dateStyle: "medium", timeStyle: "medium" })} suppressHydrationWarning>
      {format.relativeTime(shown, now)}
    </time>
  );
}

/** The exact time. */
export function At({ at }: { at: string | null }) {
  const format = useFormatter();
  if (at === null) return <span aria-hidden>–</span>;
  return <time dateTime={at}>{format.dateTime(new Date(at), { dateStyle: "medium", timeStyle: "short" })}</time>;
}
