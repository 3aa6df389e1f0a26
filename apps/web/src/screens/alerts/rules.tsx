"use client";
import type { AlertRuleView } from "@agentpod/core/api/alert-view";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { useAct } from "../../api/use-act.ts";
import { useMay } from "../../session/use-may.ts";
import { Asked } from "../../ui/asked.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { ConfirmByName } from "../../ui/confirm-by-name.tsx";
import { Empty } from "../../ui/empty.tsx";
import { Table } from "../../ui/table.tsx";
import { alertQueries, type Owner } from "./alert-queries.ts";
import { RuleForm } from "./rule-form.tsx";
import { RuleRow } from "./rule-row.tsx";
import { useOwner } from "./use-owner.ts";

/** By what it is found that something is the matter. */
export default function Rules() {
  const t = useTranslations("alerts");
  const { owner } = useOwner();
  return owner === undefined ? <p className="text-soft text-sm">{t("noTenant")}</p> : <RuleList key={owner} owner={owner} />;
}

function RuleList({ owner }: { owner: Owner }) {
  const t = useTranslations("alerts");
  const client = useQueryClient();
  const mayNot = useMay();
  const why = owner === null ? mayNot("platform.settings") : mayNot("alert.write", owner);
  const query = useQuery(alertQueries.rules(owner));
  const [edited, setEdited] = useState<AlertRuleView | "new" | null>(null);
  const [doomed, setDoomed] = useState<string | null>(null);
  const remove = useAct({
    run: (name: string) => api.alerts.removeRule(owner, name),
    done: (_, name) => t("ruleRemoved", { name }),
    onDone() {
      setDoomed(null);
      void client.invalidateQueries({ queryKey: ["alert-rules", owner] });
    },
  });
  const add = (
    <Button look="solid" why={why} onClick={() => setEdited("new")}>
      {t("addRule")}
    </Button>
  );
  return (
    <>
      <p className="max-w-prose text-soft text-sm">{t("builtIn")}</p>
      <Asked query={query}>
        {(rules) =>
          rules.length === 0 ? (
            <Empty
              title={t("noRulesTitle")}
              text={t("noRulesText")}
              action={add}
              command={`./agentpod alert rule-add sick --kind unhealthy --minutes 5${owner === null ? "" : ` --tenant ${owner}`}`}
            />
          ) : (
            <Card title={t("tabs.rules")} actions={add} flush>
              <Table
                label={t("tabs.rules")}
                head={[t("rule"), t("looksFor"), t("pod"), t("threshold"), t("atLeast"), t("tells")]}
                actions={t("actions")}
              >
                {rules.map((rule) => (
                  <RuleRow key={rule.id} rule={rule} why={why} onEdit={() => setEdited(rule)} onRemove={() => setDoomed(rule.name)} />
                ))}
              </Table>
            </Card>
          )
        }
      </Asked>
      {edited !== null && <RuleForm owner={owner} rule={edited === "new" ? null : edited} onClose={() => setEdited(null)} />}
      <ConfirmByName
        open={doomed !== null}
        onOpenChange={() => setDoomed(null)}
        title={t("removeRuleTitle", { name: doomed ?? "" })}
        warning={t("removeRuleText")}
        name={doomed ?? ""}
        action={t("remove")}
        isBusy={remove.isPending}
        onConfirm={() => doomed !== null && remove.mutate(doomed)}
      />
    </>
  );
}
