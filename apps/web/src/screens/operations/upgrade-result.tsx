import type { Json } from "@agentpod/core/operation";
import { useTranslations } from "use-intl";
import { useSaid } from "../../i18n/said.ts";
import { Card } from "../../ui/card.tsx";
import { Mark, type Shape } from "../../ui/mark.tsx";
import { Cell, Table } from "../../ui/table.tsx";
import { PodLink } from "./pod-link.tsx";
import { type UpgradeOutcome, upgradeOutcomes } from "./upgrade-outcomes.ts";

const shapes: Record<UpgradeOutcome["outcome"], Shape> = {
  upgraded: "full",
  rolled_back: "moon",
  failed: "cross",
  changed: "dashed",
  not_begun: "ring",
};

/** What came of each pod of an upgrade; nothing while it goes on, and of other operations. */
export function UpgradeResult({ output }: { output: Json }) {
  const t = useTranslations("operations");
  const said = useSaid();
  const outcomes = upgradeOutcomes(output);
  if (outcomes.length === 0) return null;
  return (
    <Card title={t("result")} flush>
      <Table label={t("result")} head={[t("pod"), t("version"), t("outcome")]}>
        {outcomes.map(({ pod, from, to, outcome, message }) => (
          <tr key={pod}>
            <Cell className="min-w-32">
              <PodLink label={pod} />
            </Cell>
            <Cell className="whitespace-nowrap tabular-nums">{t("fromTo", { from, to })}</Cell>
            <Cell className="min-w-44">
              <span className="inline-flex items-center gap-2 whitespace-nowrap">
                <Mark shape={shapes[outcome]} />
                {t(`outcomes.${outcome}`)}
              </span>
              {message !== "" && outcome !== "upgraded" && <span className="block break-words text-soft text-[13px]">{said(message)}</span>}
            </Cell>
          </tr>
        ))}
      </Table>
    </Card>
  );
}
