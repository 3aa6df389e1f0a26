"use client";
import type { AgentConfigView, SetAgentConfigRequest } from "@agentpod/core/api/agent-config-view";
import type { PodView } from "@agentpod/core/api/pod-view";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { refreshPod } from "../../api/refresh-pod.ts";
import { useAct } from "../../api/use-act.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ChangeList } from "../pod/revisions/change-list.tsx";
import { specDiff } from "../pod/revisions/spec-diff.ts";
import { agentConfigQuery } from "./agent-config-query.ts";
import { secretsIn } from "./secrets-in.ts";

interface PreviewProps {
  pod: PodView;
  before: AgentConfigView;
  after: AgentConfigView;
  change: SetAgentConfigRequest;
  onClose(): void;
  onSaved(text: string): void;
}

/** What a change makes of the configuration, line by line; then it is saved, or not. */
export function ConfigPreview({ pod, before, after, change, onClose, onSaved }: PreviewProps) {
  const t = useTranslations("agentConfig");
  const client = useQueryClient();
  const changes = [
    ...specDiff({ llm: before.llm }, { llm: after.llm }),
    ...specDiff(before.config, after.config),
    ...specDiff(otherInputs(pod.inputs, {}), otherInputs(pod.inputs, change.inputs ?? {})),
  ];
  const secrets = secretsIn(change, pod.secrets);
  const save = useAct({
    run: () => api.agents.configure(pod.tenant, pod.name, change),
    onDone(view) {
      // What is saved is what the form begins with anew: before anybody goes on in it, not whenever it has been fetched.
      client.setQueryData(agentConfigQuery(pod.tenant, pod.name).queryKey, view);
      void refreshPod(client, pod.tenant, pod.name);
      const { applies, generation } = view;
      onSaved(applies === undefined ? t("saved", { generation }) : t(`savedWays.${applies}`, { generation }));
    },
  });
  const isOutdated = change.generation !== pod.generation && !save.isPending && !save.isSuccess;
  const isNothing = changes.length === 0 && secrets.length === 0;
  return (
    <Dialog open onOpenChange={onClose} title={t("previewTitle")} description={t(isNothing ? "previewNothing" : "previewText")}>
      {isOutdated && (
        <p role="alert" className="font-medium text-sm">
          {t("previewOutdated")}
        </p>
      )}
      <ChangeList changes={changes} />
      {secrets.length > 0 && (
        <ul aria-label={t("secrets")} className="flex flex-col gap-1 text-sm">
          {secrets.map(({ name, isGone }) => (
            <li key={name}>
              <code className="break-all font-mono text-[13px]">{name}</code>{" "}
              <span className="text-soft">{t(isGone ? "secretGone" : "secretNew")}</span>
            </li>
          ))}
        </ul>
      )}
      {!isNothing && after.applies !== undefined && <p className="font-medium text-sm">{t(`ways.${after.applies}`)}</p>}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>{t("back")}</Button>
        <Button look="solid" disabled={isNothing || isOutdated} isBusy={save.isPending} onClick={() => save.mutate()}>
          {t("save")}
        </Button>
      </div>
    </Dialog>
  );
}

/** Inputs that are in no other part of what is compared. */
function otherInputs(inputs: Record<string, unknown>, change: Record<string, unknown>): Record<string, unknown> {
  const all = { ...inputs, ...change };
  return {
    inputs: Object.fromEntries(
      Object.entries(all).filter(([name]) => Object.hasOwn(inputs, name) && !name.startsWith("llm") && name !== "config"),
    ),
  };
}
