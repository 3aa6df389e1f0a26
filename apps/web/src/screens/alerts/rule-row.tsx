import type { AlertRuleView } from "@agentpod/core/api/alert-view";
import { useFormatter, useTranslations } from "use-intl";
import { Button } from "../../ui/button.tsx";
import { Cell } from "../../ui/table.tsx";
import { podKinds, thresholdOf } from "./alert-words.ts";

interface RuleRowProps {
  rule: AlertRuleView;
  why: string | null;
  onEdit(): void;
  onRemove(): void;
}

export function RuleRow({ rule: { name, kind, pod, threshold, forSeconds, channels, ...log }, why, onEdit, onRemove }: RuleRowProps) {
  const t = useTranslations("alerts");
  const format = useFormatter();
  const unit = thresholdOf[kind];
  return (
    <tr>
      <Cell className="whitespace-nowrap font-medium">{name}</Cell>
      <Cell className="min-w-40">
        {t(`kinds.${kind}`)}
        {kind === "log" && (
          <span className="block break-words text-soft text-xs">
            {t("lines", {
              text: log.text === null ? t("anyText") : `“${log.text}”`,
              level: log.level === null ? t("anyLevel") : t(`levels.${log.level}`),
              count: log.withinMinutes,
            })}
          </span>
        )}
      </Cell>
      <Cell className="whitespace-nowrap text-soft">{pod ?? (podKinds.includes(kind) ? t("allPods") : "–")}</Cell>
      <Cell className="whitespace-nowrap text-soft">
        {unit === undefined ? "–" : threshold === null ? t(`usual.${unit}`) : t(`units.${unit}`, { value: threshold })}
      </Cell>
      <Cell className="whitespace-nowrap text-soft">{forSeconds === 0 ? t("atOnce") : t("minutes", { count: forSeconds / 60 })}</Cell>
      <Cell className="text-soft">{channels.length === 0 ? t("allChannels") : format.list(channels)}</Cell>
      <Cell className="whitespace-nowrap text-right">
        <span className="inline-flex gap-2">
          <Button small why={why} aria-label={t("editOne", { name })} onClick={onEdit}>
            {t("edit")}
          </Button>
          <Button small why={why} aria-label={t("removeOne", { name })} onClick={onRemove}>
            {t("remove")}
          </Button>
        </span>
      </Cell>
    </tr>
  );
}
