"use client";
import { useQuery } from "@tanstack/react-query";
import { useSearchParams } from "next/navigation";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { queries } from "../../api/queries.ts";
import { LaterTexts } from "../../i18n/later-texts.tsx";
import { Asked } from "../../ui/asked.tsx";
import { Card } from "../../ui/card.tsx";
import { Empty } from "../../ui/empty.tsx";
import { Page } from "../../ui/page.tsx";
import { commonTemplate, draftOf, type UpgradeDraft } from "./selection-of.ts";
import { firstPace, UpgradePaceFields } from "./upgrade-pace.tsx";
import { UpgradePlan } from "./upgrade-plan.tsx";
import { UpgradeScopeFields } from "./upgrade-scope.tsx";

/** Newer versions for pods: which, how fast, what would be done with each, and then it is begun. */
export default function Upgrade() {
  return (
    <LaterTexts>
      <UpgradeInside />
    </LaterTexts>
  );
}

function UpgradeInside() {
  const t = useTranslations("upgrade");
  const search = useSearchParams();
  const query = useQuery(queries.pods());
  const [draft, setDraft] = useState(() => draftOf(search));
  const [pace, setPace] = useState(firstPace);
  const change = (part: Partial<UpgradeDraft>): void => setDraft({ ...draft, ...part });
  return (
    <Page title={t("title")} subtitle={t("subtitle")}>
      <Asked query={query} lines={8}>
        {(pods) => {
          if (pods.length === 0)
            return <Empty title={t("emptyTitle")} text={t("emptyText")} command="./agentpod pod upgrade --all --dry-run" />;
          const chosen = new Set(draft.pods);
          const template =
            draft.scope === "pods" ? commonTemplate(pods.filter((pod) => chosen.has(`${pod.tenant}/${pod.name}`))) : draft.template;
          return (
            <>
              <div className="grid min-w-0 items-start gap-5 lg:grid-cols-2">
                <Card title={t("which")}>
                  <UpgradeScopeFields draft={draft} pods={pods} change={change} />
                </Card>
                <Card title={t("how")}>
                  <UpgradePaceFields draft={draft} template={template} change={change} pace={pace} setPace={setPace} />
                </Card>
              </div>
              <UpgradePlan
                draft={{ ...draft, template }}
                pace={pace}
                onLeaveOut={(labels) => change({ scope: "pods", pods: labels, to: template === "" ? "" : draft.to })}
              />
            </>
          );
        }}
      </Asked>
    </Page>
  );
}
