"use client";
import type { DeploymentSummary } from "@agentpod/core/api/deployment-view";
import { isDeploymentEnded } from "@agentpod/core/deployment";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { LaterTexts } from "../../i18n/later-texts.tsx";
import { Card } from "../../ui/card.tsx";
import { PreviewOf } from "./preview-of.tsx";
import { Previews } from "./previews.tsx";
import { ProjectFrame } from "./project-frame.tsx";
import { ReleaseItem } from "./release-item.tsx";
import { RollBack } from "./roll-back.tsx";
import { UnderWay } from "./under-way.tsx";

/** An application: what serves, what is under way, and every deployment of it with what it changed. */
export default function Project({ params: { tenant = "", application = "" } }: { params: Record<string, string> }) {
  return (
    <LaterTexts>
      <ProjectFrame key={`${tenant}/${application}`} tenant={tenant} name={application} tab="releases">
        {(all) => <Releases tenant={tenant} name={application} all={all} />}
      </ProjectFrame>
    </LaterTexts>
  );
}

function Releases({ tenant, name, all }: { tenant: string; name: string; all: readonly DeploymentSummary[] }) {
  const t = useTranslations("deployments");
  const [target, setTarget] = useState<DeploymentSummary | null>(null);
  const serving = all.find(({ serves }) => serves) ?? null;
  return (
    <>
      {all
        .filter(({ state }) => !isDeploymentEnded(state))
        .map((one) => (
          <UnderWay key={one.id} deployment={one} />
        ))}
      {target !== null && serving !== null && <RollBack target={target} serving={serving} onClose={() => setTarget(null)} />}
      <PreviewOf tenant={tenant} name={name} />
      <Previews tenant={tenant} name={name} />
      <Card title={t("releases")} flush>
        <ol aria-label={t("releases")} className="divide-y">
          {all.map((release) => (
            <ReleaseItem key={release.id} release={release} all={all} onRollBack={setTarget} />
          ))}
        </ol>
      </Card>
    </>
  );
}
