import type { DumpView } from "@agentpod/core/api/dump-view";
import type { PodSummary } from "@agentpod/core/api/pod-view";
import { useTranslations } from "use-intl";
import { DumpItem } from "./dump-item.tsx";

interface ListProps {
  dumps: readonly DumpView[];
  /** Told the operation of whatever is begun here. */
  onBegun(operation: string): void;
  /** The pod that a dump is of; null: it is gone. */
  podOf(dump: DumpView): PodSummary | null;
  /** With the pods' names, for a list of several. */
  isNamed?: boolean;
}

/** Kept dumps, the newest first. */
export function DumpList({ dumps, onBegun, podOf, isNamed = false }: ListProps) {
  const t = useTranslations("podDatabase");
  return (
    <ul aria-label={t("dumps")} className="divide-y">
      {dumps.map((dump) => (
        <DumpItem key={dump.id} dump={dump} pod={podOf(dump)} onBegun={onBegun} isNamed={isNamed} />
      ))}
    </ul>
  );
}
