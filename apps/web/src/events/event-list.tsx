import type { AgentPodEvent } from "@agentpod/core/event";
import { useTranslations } from "use-intl";
import { useSaid } from "../i18n/said.ts";
import { Ago } from "../i18n/time.tsx";
import { podHref } from "../pods/pod-href.ts";
import { Go } from "../routing/go.tsx";
import { Mark } from "../ui/mark.tsx";

/** What happened, newest first. Everything in it is text of others, and shown as text. */
export function EventList({ events }: { events: AgentPodEvent[] }) {
  const t = useTranslations("events");
  const said = useSaid();
  if (events.length === 0) return <p className="px-4 py-8 text-center text-soft text-sm">{t("none")}</p>;
  return (
    <ul className="divide-y">
      {events.map((event) => (
        <li
          key={event.cursor}
          className="grid gap-x-4 gap-y-0.5 px-4 py-2.5 text-sm sm:grid-cols-[1rem_minmax(8rem,12rem)_1fr_auto] sm:items-baseline"
        >
          <span className="hidden sm:block" title={t(`result.${event.result}`)}>
            {event.result !== "ok" && <Mark shape="cross" />}
            <span className="sr-only">{t(`result.${event.result}`)}</span>
          </span>
          <span className="min-w-0 truncate">
            <Subject event={event} />
          </span>
          <span className="min-w-0 break-words text-soft">
            {said(event.message)}
            <span className="ml-2 text-xs">{event.type}</span>
          </span>
          <span className="whitespace-nowrap text-soft text-xs">
            <Ago at={event.at} />
          </span>
        </li>
      ))}
    </ul>
  );
}

function Subject({ event: { tenant, pod } }: { event: AgentPodEvent }) {
  const t = useTranslations("events");
  if (tenant !== null && pod !== null)
    return (
      <Go href={podHref({ tenant, name: pod })} className="rounded font-medium underline-offset-4 hover:underline">
        {tenant}/{pod}
      </Go>
    );
  return <span className="font-medium">{tenant ?? t("installation")}</span>;
}
