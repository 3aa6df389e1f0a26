"use client";
import { toAppError } from "@agentpod/core/errors";
import type { UpgradeLine } from "@agentpod/core/upgrade-plan";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { useAct } from "../../api/use-act.ts";
import { useSaid } from "../../i18n/said.ts";
import { go } from "../../routing/go.tsx";
import { useMay } from "../../session/use-may.ts";
import { Asked } from "../../ui/asked.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { useToast } from "../../ui/toast.tsx";
import { mostPods, selectionOf, type UpgradeDraft } from "./selection-of.ts";
import { UpgradeLines } from "./upgrade-lines.tsx";
import type { UpgradePace } from "./upgrade-pace.tsx";

interface PlanProps {
  draft: UpgradeDraft;
  pace: UpgradePace;
  /** Told the pods that can be upgraded, where others cannot. */
  onLeaveOut(pods: string[]): void;
}

/** What would be done with which pod, before anything is; then it is begun. */
export function UpgradePlan({ draft, pace, onLeaveOut }: PlanProps) {
  const t = useTranslations("upgrade");
  const said = useSaid();
  const toast = useToast();
  const mayNot = useMay();
  const [problem, setProblem] = useState<string | null>(null);
  const selection = selectionOf(draft);
  const mayNotThere = mayNot("pod.write", draft.scope === "tenant" ? draft.tenant : undefined);
  const query = useQuery({
    queryKey: ["upgrade-plan", selection],
    queryFn: () => api.upgrades.plan(selection ?? {}),
    enabled: selection !== null && mayNotThere === null,
    staleTime: 0,
    placeholderData: (before) => before,
  });
  const start = useAct({
    run: () => api.upgrades.start({ ...selection, ...numbersOf(pace) }),
    onDone({ operation }) {
      if (operation === null) toast.say(t("nothing"));
      else go(`/operations/${operation.id}`);
    },
    onError(error) {
      setProblem([error.message, ...error.issues.map(({ path, expected }) => `${path}: ${expected}`)].map(said).join(" "));
      return true;
    },
  });
  if (selection === null)
    return (
      <Card title={t("plan")}>
        <p className="text-soft text-sm">{t(draft.pods.length > mostPods ? "tooMany" : "chooseFirst", { count: mostPods })}</p>
      </Card>
    );
  const lines = query.data ?? [];
  const of = (action: UpgradeLine["action"]) => lines.filter((line) => line.action === action);
  const [upgraded, refused] = [of("upgrade"), of("refused")];
  const why =
    mayNotThere ??
    (query.isError ? said(toAppError(query.error).message) : null) ??
    (refused.length > 0 ? t("refusedFirst") : upgraded.length === 0 ? t("nothing") : null);
  return (
    <>
      {mayNotThere === null && (
        <Card title={t("plan")} flush>
          <Asked query={query} lines={5}>
            {() => (
              <>
                <p className="border-b px-4 py-3 text-sm" role="status">
                  {t("summary", {
                    upgraded: upgraded.length,
                    current: of("current").length,
                    skipped: of("skip").length,
                    refused: refused.length,
                  })}
                </p>
                <UpgradeLines lines={lines} />
              </>
            )}
          </Asked>
        </Card>
      )}
      {problem !== null && (
        <p role="alert" className="break-words font-medium text-sm">
          {problem}
        </p>
      )}
      <div className="flex flex-wrap items-center gap-2">
        <Button
          look="solid"
          why={why}
          isBusy={start.isPending || query.isPlaceholderData}
          onClick={() => {
            setProblem(null);
            start.mutate();
          }}
        >
          {t("begin", { count: upgraded.length })}
        </Button>
        {refused.length > 0 && upgraded.length > 0 && (
          <Button onClick={() => onLeaveOut(upgraded.map(({ pod }) => pod))}>{t("leaveOut", { count: refused.length })}</Button>
        )}
      </div>
    </>
  );
}

/** What is no number is the API's to refuse. */
const numbersOf = (pace: UpgradePace) =>
  Object.fromEntries(Object.entries(pace).map(([name, text]) => [name, text.trim() === "" ? Number.NaN : Number(text)]));
