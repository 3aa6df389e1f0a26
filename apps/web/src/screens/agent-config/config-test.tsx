"use client";
import type { PodView } from "@agentpod/core/api/pod-view";
import { toAppError } from "@agentpod/core/errors";
import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { useSaid } from "../../i18n/said.ts";
import { useMay } from "../../session/use-may.ts";
import { Button } from "../../ui/button.tsx";
import { Mark } from "../../ui/mark.tsx";

interface ConfigTestProps {
  pod: PodView;
  /** `llm`, or a channel. */
  what: string;
  label: string;
  /** Why there is nothing to test; null where there is. */
  why?: string | null;
  /** Something in the form is not saved: what is tested is what was. */
  isChanged: boolean;
}

/** Asks the other side whether it takes what is saved; what it said stays to be read. */
export function ConfigTest({ pod, what, label, why = null, isChanged }: ConfigTestProps) {
  const t = useTranslations("agentConfig");
  const said = useSaid();
  const mayNot = useMay()("pod.write", pod.tenant);
  const test = useMutation({ mutationFn: () => api.agents.testConfig(pod.tenant, pod.name, what), networkMode: "always" });
  const failed = test.isError ? toAppError(test.error).message : test.data?.ok === false ? test.data.message : null;
  return (
    <span className="flex min-w-0 flex-wrap items-center justify-end gap-x-3 gap-y-1">
      {test.data?.ok && (
        <span role="status" className="flex items-center gap-2 text-[13px]">
          <Mark shape="full" />
          {said(test.data.message)}
        </span>
      )}
      {failed !== null && (
        <span role="alert" className="flex items-center gap-2 font-medium text-[13px]">
          <Mark shape="cross" />
          {said(failed)}
        </span>
      )}
      <Button
        small
        why={mayNot ?? why}
        isBusy={test.isPending}
        title={isChanged ? t("testsSaved") : undefined}
        onClick={() => test.mutate()}
      >
        {label}
      </Button>
    </span>
  );
}
