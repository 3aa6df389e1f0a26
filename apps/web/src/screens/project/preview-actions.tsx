"use client";
import type { PreviewView } from "@agentpod/core/api/preview-view";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { useAct } from "../../api/use-act.ts";
import { useMay } from "../../session/use-may.ts";
import { Button } from "../../ui/button.tsx";
import { PromoteHere } from "./promote-here.tsx";

/** A preview stays longer, or becomes its project's release. */
export function PreviewActions({ preview: { tenant, name, project, preview: called, url, ending } }: { preview: PreviewView }) {
  const t = useTranslations("deployments");
  const client = useQueryClient();
  const mayNot = useMay();
  const [isPromoting, setPromoting] = useState(false);
  const extend = useAct({
    run: () => api.deployments.extendPreview(tenant, name),
    done: () => t("extended", { name: called }),
    onDone: () => void client.invalidateQueries({ queryKey: ["deployments"] }),
  });
  const why = mayNot("pod.write", tenant) ?? (ending ? t("previewEnds") : null);
  return (
    <span className="inline-flex flex-wrap gap-2">
      <Button
        small
        why={why ?? (url === null ? t("nothingServes") : null)}
        onClick={() => setPromoting(true)}
        aria-label={t("promoteOne", { name: called })}
      >
        {t("promote")}
      </Button>
      <Button small why={why} isBusy={extend.isPending} onClick={() => extend.mutate()} aria-label={t("extendOne", { name: called })}>
        {t("extend")}
      </Button>
      {isPromoting && <PromoteHere tenant={tenant} name={project} from={name} onClose={() => setPromoting(false)} />}
    </span>
  );
}
