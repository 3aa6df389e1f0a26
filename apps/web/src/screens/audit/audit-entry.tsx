import type { AgentPodEvent } from "@agentpod/core/event";
import { ChevronRight } from "lucide-react";
import { memo, useId, useState } from "react";
import { useFormatter, useTranslations } from "use-intl";
import { useSaid } from "../../i18n/said.ts";
import { Ago } from "../../i18n/time.tsx";
import { podHref } from "../../pods/pod-href.ts";
import { Go } from "../../routing/go.tsx";
import { CodeBlock } from "../../ui/code-block.tsx";
import { cx } from "../../ui/cx.ts";
import { Facts } from "../../ui/facts.tsx";
import { Mark } from "../../ui/mark.tsx";

/** One entry: a line that opens to all that is known. Opening leaves everything else where it is. */
export const AuditEntry = memo(function AuditEntry({ event, who }: { event: AgentPodEvent; who: string }) {
  const t = useTranslations("audit");
  const said = useSaid();
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  return (
    <li className="text-sm">
      <button
        type="button"
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setOpen(!isOpen)}
        className="grid w-full grid-cols-[1rem_1fr_auto] items-baseline gap-x-3 gap-y-0.5 px-4 py-2.5 text-left transition-colors hover:bg-hover md:grid-cols-[1rem_minmax(7rem,13rem)_minmax(8rem,12rem)_1fr_auto]"
      >
        <ChevronRight className={cx("size-3.5 self-start mt-0.5 text-soft transition-transform", isOpen && "rotate-90")} aria-hidden />
        <span className="min-w-0 truncate font-medium">{who}</span>
        <span className="hidden min-w-0 truncate text-soft md:block">{event.type}</span>
        <span className="order-last col-span-2 col-start-2 flex min-w-0 items-baseline gap-2 break-words text-soft md:order-none md:col-span-1 md:col-start-auto">
          {event.result !== "ok" && (
            <span className="inline-flex shrink-0 items-center gap-1 font-medium text-ink">
              <Mark shape="cross" />
              {t(`result.${event.result}`)}
            </span>
          )}
          <span className="min-w-0 break-words">{said(event.message)}</span>
        </span>
        <span className="whitespace-nowrap text-right text-soft text-xs">
          <Ago at={event.at} />
        </span>
      </button>
      <div id={id} hidden={!isOpen}>
        {isOpen && <Detail event={event} who={who} />}
      </div>
    </li>
  );
});

function Detail({ event, who }: { event: AgentPodEvent; who: string }) {
  const t = useTranslations("audit");
  const said = useSaid();
  const format = useFormatter();
  const { tenant, pod, actor, source, type, result, cursor, data } = event;
  return (
    <div className="flex flex-col gap-4 border-t bg-surface px-4 py-4 sm:px-11">
      <Facts
        facts={[
          [
            t("detail.when"),
            <time key="when" dateTime={event.at}>
              {format.dateTime(new Date(event.at), { dateStyle: "full", timeStyle: "long" })}
            </time>,
          ],
          [t("detail.who"), who === actor ? actor : `${who} (${actor})`],
          [t("detail.source"), source ?? t("detail.noSource")],
          [t("detail.action"), type],
          [t("detail.result"), t(`result.${result}`)],
          [t("detail.tenant"), tenant ?? t("installation")],
          ...(tenant !== null && pod !== null
            ? [
                [
                  t("detail.pod"),
                  <Go key="pod" href={podHref({ tenant, name: pod })} className="rounded underline underline-offset-4">
                    {tenant}/{pod}
                  </Go>,
                ] as [string, React.ReactNode],
              ]
            : []),
          [t("detail.message"), said(event.message)],
          [
            t("detail.cursor"),
            <code key="cursor" className="font-mono text-[13px]">
              {cursor}
            </code>,
          ],
        ]}
      />
      {Object.keys(data).length > 0 && <CodeBlock label={t("detail.data")} text={JSON.stringify(data, null, 2)} />}
    </div>
  );
}
