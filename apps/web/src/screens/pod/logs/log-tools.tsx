"use client";
import type { PodView } from "@agentpod/core/api/pod-view";
import { Download } from "lucide-react";
import { useTranslations } from "use-intl";
import { useAct } from "../../../api/use-act.ts";
import { Button } from "../../../ui/button.tsx";
import { Select } from "../../../ui/input.tsx";
import { SearchInput } from "../../../ui/search-input.tsx";
import { downloadLog } from "./download-log.ts";
import type { LogWish } from "./use-log.ts";

const spans = [15, 60, 24 * 60, 7 * 24 * 60] as const;
const tails = [5000, 100_000] as const;
const levels = ["error", "warn", "info"] as const;

interface LogToolsProps {
  pod: PodView;
  wish: LogWish;
  text: string;
  onUnit(unit: string): void;
  onSince(since: LogWish["since"]): void;
  onLevel(level: LogWish["level"]): void;
  onFollow(follow: boolean): void;
  onText(text: string): void;
}

export function LogTools({ pod, wish, text, onUnit, onSince, onLevel, onFollow, onText }: LogToolsProps) {
  const t = useTranslations("logs");
  const download = useAct({ run: () => downloadLog(pod, wish) });
  const choose = (value: string): void => {
    const [kind, count] = value.split(" ");
    onSince(kind === "last" ? Number(count) : new Date(Date.now() - Number(count) * 60_000).toISOString());
  };
  return (
    <div className="flex flex-wrap items-center gap-2">
      <SearchInput label={t("search")} value={text} onText={onText} className="sm:w-64!" />
      {pod.spec.units.length > 1 && (
        <Select aria-label={t("unit")} value={wish.unit} onChange={(event) => onUnit(event.target.value)} className="w-auto!">
          <option value="">{t("allUnits")}</option>
          {pod.spec.units.map((unit) => (
            <option key={unit.name}>{unit.name}</option>
          ))}
        </Select>
      )}
      <Select aria-label={t("since")} defaultValue="last 5000" onChange={(event) => choose(event.target.value)} className="w-auto!">
        {tails.map((count) => (
          <option key={count} value={`last ${count}`}>
            {t("lastLines", { count })}
          </option>
        ))}
        {spans.map((minutes) => (
          <option key={minutes} value={`minutes ${minutes}`}>
            {t(`spans.${minutes.toString() as "15" | "60" | "1440" | "10080"}`)}
          </option>
        ))}
      </Select>
      <Select
        aria-label={t("level")}
        value={wish.level}
        onChange={(event) => onLevel(event.target.value as LogWish["level"])}
        className="w-auto!"
      >
        <option value="">{t("allLevels")}</option>
        {levels.map((level) => (
          <option key={level} value={level}>
            {t(`atLeast.${level}`)}
          </option>
        ))}
      </Select>
      <label className="flex h-9 items-center gap-2 px-1 text-sm">
        <input type="checkbox" checked={wish.follow} onChange={(event) => onFollow(event.target.checked)} className="size-4 accent-ink" />
        {t("follow")}
      </label>
      <Button className="sm:ml-auto" isBusy={download.isPending} onClick={() => download.mutate()}>
        <Download className="size-3.5" aria-hidden />
        {t("download")}
      </Button>
    </div>
  );
}
