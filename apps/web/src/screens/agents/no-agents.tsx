import { useTranslations } from "use-intl";
import { Go } from "../../routing/go.tsx";
import { buttonClass } from "../../ui/button.tsx";
import { Command } from "../../ui/command.tsx";

/** What to do for the first agent: a package, and then an agent of it for a customer. */
export function NoAgents({ hasPackages }: { hasPackages: boolean }) {
  const t = useTranslations("agents");
  const common = useTranslations("common");
  const steps = [
    { key: "package", href: "/agents/packages", command: "./agentpod agent package create ./support-bot" },
    { key: "agent", href: "/agents/new", command: "./agentpod pod create acme/agent --package support-bot --wait" },
    { key: "handOver", href: null, command: "./agentpod pod handover create acme/agent" },
  ] as const;
  return (
    <section className="mx-auto flex w-full max-w-2xl flex-col gap-5 py-8">
      <div className="flex flex-col gap-1">
        <h2 className="font-medium">{t("emptyTitle")}</h2>
        <p className="text-soft text-sm">{t("emptyText")}</p>
      </div>
      <ol className="flex flex-col divide-y rounded-xl border bg-raised">
        {steps.map(({ key, href, command }, i) => (
          <li key={key} className="flex flex-col gap-3 p-4">
            <div className="flex flex-wrap items-start justify-between gap-3">
              <div className="flex min-w-0 flex-1 basis-60 flex-col gap-0.5">
                <h3 className="font-medium text-sm">{t(`steps.${key}.title`, { step: i + 1 })}</h3>
                <p className="text-[13px] text-soft">{t(`steps.${key}.text`)}</p>
              </div>
              {href !== null && (
                <Go href={href} className={buttonClass(key === (hasPackages ? "agent" : "package") ? "solid" : "line")}>
                  {t(`steps.${key}.action`)}
                </Go>
              )}
            </div>
            <div className="flex flex-col gap-1.5">
              <p className="text-soft text-xs">{common("orByCli")}</p>
              <Command text={command} />
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}
