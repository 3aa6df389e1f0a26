"use client";
import type { PreviewView } from "@agentpod/core/api/preview-view";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { Go } from "../../routing/go.tsx";
import { deploymentHref } from "../deployments/deployment-href.ts";
import { deploymentQueries } from "../deployments/deployment-queries.ts";
import { PreviewActions } from "./preview-actions.tsx";
import { PreviewFacts } from "./preview-facts.tsx";

/** Of an application that is a preview: whose, until when, and what can be done about it; nothing of others. */
export function PreviewOf({ tenant, name }: { tenant: string; name: string }) {
  const { data: previews = [] } = useQuery(deploymentQueries.previews(tenant));
  const preview = previews.find((one) => one.name === name);
  return preview === undefined ? null : <Inside preview={preview} />;
}

function Inside({ preview }: { preview: PreviewView }) {
  const t = useTranslations("deployments");
  const { tenant, project, preview: called } = preview;
  return (
    <section
      aria-label={t("preview", { name: called })}
      className="flex flex-wrap items-center justify-between gap-3 rounded-xl border bg-raised p-4 text-sm"
    >
      <div className="flex min-w-0 flex-col gap-1">
        <p className="break-words">
          {t.rich("previewOf", {
            name: called,
            project: `${tenant}/${project}`,
            link: (text) => (
              <Go href={deploymentHref({ tenant, name: project })} className="rounded font-medium underline underline-offset-4">
                {text}
              </Go>
            ),
          })}
        </p>
        <PreviewFacts preview={preview} />
      </div>
      <PreviewActions preview={preview} />
    </section>
  );
}
