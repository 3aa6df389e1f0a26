"use client";
import type { PodView } from "@agentpod/core/api/pod-view";
import { toAppError } from "@agentpod/core/errors";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { queries } from "../../api/queries.ts";
import { LaterTexts } from "../../i18n/later-texts.tsx";
import { Asked } from "../../ui/asked.tsx";
import { Card } from "../../ui/card.tsx";
import { CodeBlock } from "../../ui/code-block.tsx";
import { agentConfigQuery } from "./agent-config-query.ts";
import { ConfigForm } from "./config-form.tsx";
import { ConfigHistory } from "./config-history.tsx";
import { LiveState } from "./live-state.tsx";

/** An agent's model, channels and settings, to be changed by forms; and what they were. */
export default function AgentConfig({ pod }: { pod: PodView }) {
  return (
    <LaterTexts>
      <AgentConfigInside pod={pod} />
    </LaterTexts>
  );
}

function AgentConfigInside({ pod }: { pod: PodView }) {
  const t = useTranslations("agentConfig");
  const config = useQuery(agentConfigQuery(pod.tenant, pod.name));
  const { template } = pod;
  const made = useQuery({
    ...queries.templateVersion(template?.name ?? "", template?.version ?? 0, pod.tenant),
    enabled: template !== null,
  });
  if (config.isError && toAppError(config.error).code === "invalid")
    return (
      <Card title={t("title")}>
        <p className="text-soft text-sm">{t("noPackage")}</p>
      </Card>
    );
  return (
    <Asked query={config} lines={10}>
      {(view) => (
        <div className="flex flex-col gap-5">
          <LiveState pod={pod} />
          <Asked query={made}>{({ template: shown }) => <ConfigForm pod={pod} view={view} inputs={shown.inputs} />}</Asked>
          <ConfigHistory pod={pod} />
          <Card title={t("whole")}>
            <div className="flex flex-col gap-3">
              <p className="text-soft text-sm">{t("wholeText")}</p>
              <CodeBlock label={t("whole")} text={JSON.stringify(view.config, null, 2)} />
            </div>
          </Card>
        </div>
      )}
    </Asked>
  );
}
