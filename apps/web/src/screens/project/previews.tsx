"use client";
import type { PreviewView } from "@agentpod/core/api/preview-view";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { Go } from "../../routing/go.tsx";
import { Card } from "../../ui/card.tsx";
import { OutLink } from "../../ui/out-link.tsx";
import { deploymentHref } from "../deployments/deployment-href.ts";
import { deploymentQueries } from "../deployments/deployment-queries.ts";
import { DeploymentState } from "../deployments/deployment-state.tsx";
import { PreviewActions } from "./preview-actions.tsx";
import { PreviewFacts } from "./preview-facts.tsx";

/** Previews of an application, each until when it stays; nothing where there is none. */
export function Previews({ tenant, name }: { tenant: string; name: string }) {
  const t = useTranslations("deployments");
  const { data: all = [] } = useQuery(deploymentQueries.previews(tenant));
  const previews = all.filter(({ project }) => project === name);
  if (previews.length === 0) return null;
  return (
    <Card title={t("previews")} flush>
      <ul aria-label={t("previews")} className="divide-y">
        {previews.map((preview) => (
          <Preview key={preview.name} preview={preview} />
        ))}
      </ul>
    </Card>
  );
}

function Preview({ preview }: { preview: PreviewView }) {
  const { preview: called, state, url } = preview;
  return (
    <li className="flex flex-wrap items-center justify-between gap-3 px-4 py-3 text-sm">
      <div className="flex min-w-0 flex-col gap-1">
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <Go href={deploymentHref(preview)} className="break-all rounded font-medium underline-offset-4 hover:underline">
            {called}
          </Go>
          {state !== null && <DeploymentState state={state} />}
        </p>
        {url !== null && (
          <OutLink href={url} className="break-all rounded underline decoration-line-strong underline-offset-4 hover:decoration-ink">
            {url}
          </OutLink>
        )}
        <PreviewFacts preview={preview} />
      </div>
      <PreviewActions preview={preview} />
    </li>
  );
}
