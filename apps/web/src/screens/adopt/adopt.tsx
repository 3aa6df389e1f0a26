"use client";
import type { ForeignContainerView } from "@agentpod/core/api/adopt-view";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { LaterTexts } from "../../i18n/later-texts.tsx";
import { Asked } from "../../ui/asked.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { Empty } from "../../ui/empty.tsx";
import { Page } from "../../ui/page.tsx";
import { AdoptForm } from "./adopt-form.tsx";
import { foreignContainers } from "./adopt-queries.ts";
import { ForeignContainer } from "./foreign-container.tsx";
import { useWhyNotAdopt } from "./use-why-not-adopt.ts";

/** Containers that run here and that AgentPod did not make, by project: what adopting each would mean, and doing so. */
export default function Adopt() {
  return (
    <LaterTexts>
      <AdoptInside />
    </LaterTexts>
  );
}

function AdoptInside() {
  const t = useTranslations("adopt");
  const why = useWhyNotAdopt();
  const query = useQuery({ ...foreignContainers(), enabled: why === null });
  const [chosen, setChosen] = useState<ForeignContainerView | null>(null);
  if (why === undefined) return null;
  if (why !== null)
    return (
      <Page title={t("title")} subtitle={t("subtitle")}>
        <p className="text-soft text-sm">{why}</p>
      </Page>
    );
  return (
    <Page
      title={t("title")}
      subtitle={t("subtitle")}
      actions={
        <Button isBusy={query.isFetching} onClick={() => void query.refetch()}>
          {t("again")}
        </Button>
      }
    >
      {chosen !== null && <AdoptForm container={chosen} onClose={() => setChosen(null)} />}
      <Asked query={query} lines={8}>
        {(list) =>
          list.length === 0 ? (
            <Empty title={t("emptyTitle")} text={t("emptyText")} command="./agentpod migrate discover" />
          ) : (
            byProject(list).map(([project, containers]) => (
              <Card key={project ?? ""} title={project === null ? t("alone") : t("project", { project })} flush>
                <ul aria-label={project ?? t("alone")} className="divide-y">
                  {containers.map((container) => (
                    <ForeignContainer key={container.id} container={container} onAdopt={() => setChosen(container)} />
                  ))}
                </ul>
              </Card>
            ))
          )
        }
      </Asked>
    </Page>
  );
}

/** Compose projects by name, then what belongs to none. */
function byProject(list: readonly ForeignContainerView[]): [string | null, ForeignContainerView[]][] {
  const groups = new Map<string | null, ForeignContainerView[]>();
  for (const container of list) {
    const project = container.compose?.project ?? null;
    groups.set(project, [...(groups.get(project) ?? []), container]);
  }
  return [...groups].sort(([a], [b]) => (a === null ? 1 : b === null ? -1 : a < b ? -1 : 1));
}
