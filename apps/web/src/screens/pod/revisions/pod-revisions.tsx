"use client";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { queries } from "../../../api/queries.ts";
import { Asked } from "../../../ui/asked.tsx";
import type { PodTabProps } from "../pod-tabs.ts";
import { Revision } from "./revision.tsx";

/** What the pod was and is to be, newest first, each with what it changed. */
export default function PodRevisions({ pod }: PodTabProps) {
  const t = useTranslations("revisions");
  const query = useQuery(queries.revisions(pod.tenant, pod.name));
  return (
    <Asked query={query}>
      {(list) => {
        const newest = list.toSorted((a, b) => b.generation - a.generation);
        return (
          <ol aria-label={t("title")} className="flex flex-col gap-3">
            {newest.map((revision, i) => (
              <Revision key={revision.generation} pod={pod} revision={revision} previous={newest[i + 1] ?? null} isNewest={i === 0} />
            ))}
          </ol>
        );
      }}
    </Asked>
  );
}
