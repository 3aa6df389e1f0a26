import type { UpgradeLine } from "@agentpod/core/upgrade-plan";
import { useTranslations } from "use-intl";
import { useSaid } from "../../i18n/said.ts";
import { Mark, type Shape } from "../../ui/mark.tsx";
import { PodLink } from "../operations/pod-link.tsx";

const shapes: Record<UpgradeLine["action"], Shape> = { upgrade: "half", current: "full", skip: "ring", refused: "cross" };
const order: UpgradeLine["action"][] = ["refused", "upgrade", "current", "skip"];

/** The plan, line by line; what stands in the way comes first. */
export function UpgradeLines({ lines }: { lines: readonly UpgradeLine[] }) {
  const t = useTranslations("upgrade");
  const said = useSaid();
  if (lines.length === 0) return <p className="p-4 text-soft text-sm">{t("noPods")}</p>;
  const sorted = lines.toSorted((a, b) => order.indexOf(a.action) - order.indexOf(b.action) || (a.pod < b.pod ? -1 : 1));
  return (
    <ul aria-label={t("plan")} className="divide-y">
      {sorted.map(({ id, pod, template, from, to, action, reason, issues, withState }) => (
        <li
          key={id}
          className="grid grid-cols-[0.75rem_1fr] gap-x-3 px-4 py-3 text-sm sm:grid-cols-[0.75rem_minmax(0,1fr)_minmax(0,1.6fr)]"
        >
          <span className="pt-1">
            <Mark shape={shapes[action]} />
          </span>
          <span className="min-w-0">
            <PodLink label={pod} />
            {template !== null && <span className="block break-all text-[13px] text-soft">{template}</span>}
          </span>
          <div className="col-start-2 flex min-w-0 flex-col gap-0.5 sm:col-start-3">
            <span className="flex flex-wrap gap-x-3">
              {t(`actions.${action}`)}
              {from !== null && to !== null && from !== to && <span className="tabular-nums">{t("fromTo", { from, to })}</span>}
              {action === "upgrade" && <span className="text-soft">{t(withState ? "backedUp" : "notBackedUp")}</span>}
            </span>
            {issues.length === 0 && reason !== "" && <span className="break-words text-[13px] text-soft">{said(reason)}</span>}
            {issues.map(({ path, expected }) => (
              <span key={`${path} ${expected}`} className="break-words text-[13px]">
                {t("issue", { path, expected: said(expected) })}
              </span>
            ))}
          </div>
        </li>
      ))}
    </ul>
  );
}
