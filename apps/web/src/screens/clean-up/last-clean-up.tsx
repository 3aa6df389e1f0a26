import type { CleanUpRunView } from "@agentpod/core/api/clean-up-view";
import { cleanUpKinds } from "@agentpod/core/clean-up";
import { type ReactNode, useId } from "react";
import { useFormatter, useTranslations } from "use-intl";
import { useSaid } from "../../i18n/said.ts";
import { Ago, At } from "../../i18n/time.tsx";
import { useActors } from "../../session/use-actors.ts";
import { Facts } from "../../ui/facts.tsx";
import { Mark } from "../../ui/mark.tsx";
import { sizeOf } from "../backups/size-of.ts";

interface LastProps {
  last: CleanUpRunView | null;
  nextAt: string | null;
  /** Whether it is made by itself. */
  isOn: boolean;
}

/** What the last clean-up took away and what it could not, and when the next one is due. */
export function LastCleanUp({ last, nextAt, isOn }: LastProps) {
  const t = useTranslations("cleanUp");
  const format = useFormatter();
  const { nameOf } = useActors();
  const next: [string, ReactNode] = [t("next"), !isOn ? t("off") : nextAt === null ? t("notKnown") : <At key="next" at={nextAt} />];
  if (last === null)
    return (
      <div className="flex flex-col gap-4">
        <p className="text-soft text-sm">{t("none")}</p>
        <Facts facts={[next]} />
      </div>
    );
  const gone = cleanUpKinds.filter((kind) => last.gone[kind] > 0).map((kind) => t(`counts.${kind}`, { count: last.gone[kind] }));
  return (
    <div className="flex flex-col gap-4">
      <Facts
        facts={[
          [t("made"), <Ago key="made" at={last.at} />],
          [t("madeBy"), nameOf(last.actor)],
          [t("gone"), gone.length === 0 ? t("nothing") : format.list(gone, { type: "unit" })],
          [t("freed"), sizeOf(last.bytes, format)],
          next,
        ]}
      />
      <CleanUpProblems problems={last.problems} />
    </div>
  );
}

/** What could not be looked at or taken away; nothing where all could. */
export function CleanUpProblems({ problems }: { problems: readonly string[] }) {
  const t = useTranslations("cleanUp");
  const said = useSaid();
  const id = useId();
  if (problems.length === 0) return null;
  return (
    <div className="flex flex-col gap-1.5 rounded-md border border-line-strong p-3 text-sm">
      <p id={id} className="font-medium">
        {t("problems")}
      </p>
      <ul aria-labelledby={id} className="flex flex-col gap-1.5">
        {problems.map((problem) => (
          <li key={problem} className="flex items-start gap-2.5">
            <span className="pt-1">
              <Mark shape="cross" />
            </span>
            <span className="min-w-0 break-words">{said(problem)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
