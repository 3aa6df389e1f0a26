"use client";
import type { DeploymentView } from "@agentpod/core/api/deployment-view";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { Asked } from "../../ui/asked.tsx";
import { Select } from "../../ui/input.tsx";
import { deploymentQueries } from "../deployments/deployment-queries.ts";
import { ChangesList } from "./changes-list.tsx";

interface CompareProps {
  release: DeploymentView;
  /** Numbers of the others, the newest first; not empty. */
  others: readonly number[];
}

/** What is other in a deployment than in another one of its application: the one before it unless somebody chooses. */
export function CompareReleases({ release, others }: CompareProps) {
  const t = useTranslations("deployments");
  const [chosen, choose] = useState(() => others.find((number) => number < release.number) ?? others[0] ?? 0);
  const query = useQuery(deploymentQueries.one(release.tenant, release.name, chosen));
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <div className="flex flex-wrap items-center gap-2 text-sm">
        <span aria-hidden>{t("comparedWith")}</span>
        <Select
          aria-label={t("comparedWith")}
          value={chosen}
          onChange={(event) => choose(Number(event.target.value))}
          className="h-8! w-auto! max-w-56"
        >
          {others.map((number) => (
            <option key={number} value={number}>
              {t("number", { number })}
            </option>
          ))}
        </Select>
      </div>
      <Asked query={query} lines={3}>
        {(before) => <ChangesList before={before} after={release} />}
      </Asked>
    </div>
  );
}
