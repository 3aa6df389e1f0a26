"use client";
import type { LlmKeyView } from "@agentpod/core/api/llm-view";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { useMay } from "../../session/use-may.ts";
import { Asked } from "../../ui/asked.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { Choice } from "../../ui/choice.tsx";
import { Command } from "../../ui/command.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Empty } from "../../ui/empty.tsx";
import { Table } from "../../ui/table.tsx";
import { LlmKeyRow } from "./llm-key-row.tsx";
import { llmQueries } from "./llm-queries.ts";
import { NewLlmKey } from "./new-llm-key.tsx";
import { NoTenant } from "./no-tenant.tsx";
import { useLlmOwner } from "./use-llm-owner.ts";

/** Who may ask: pods by keys of their own, and whoever was given one. */
export default function LlmKeys() {
  const { tenant, isReady } = useLlmOwner();
  if (!isReady) return null;
  return tenant === "" ? <NoTenant /> : <KeyList key={tenant} tenant={tenant} />;
}

function KeyList({ tenant }: { tenant: string }) {
  const t = useTranslations("llm");
  const why = useMay()("llm.write", tenant);
  const query = useQuery(llmQueries.keys(tenant));
  const [isNew, setNew] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const [withRevoked, setWithRevoked] = useState(false);
  const add = (
    <Button look="solid" why={why} onClick={() => setNew(true)}>
      {t("addKey")}
    </Button>
  );
  const shownOf = (keys: LlmKeyView[]): LlmKeyView[] => keys.filter(({ revokedAt }) => withRevoked || revokedAt === null);
  return (
    <>
      <p className="max-w-prose text-soft text-sm">{t("keysText")}</p>
      <Asked query={query}>
        {(keys) =>
          keys.length === 0 ? (
            <Empty title={t("noKeysTitle")} text={t("noKeysText")} action={add} command={`./agentpod llm key create ${tenant} ci`} />
          ) : (
            <>
              <Card title={t("tabs.keys")} actions={add} flush>
                <Table label={t("tabs.keys")} head={[t("key"), t("heldBy"), t("lastUsed"), t("state")]} actions={t("actions")}>
                  {shownOf(keys).map((key) => (
                    <LlmKeyRow key={key.id} tenant={tenant} value={key} why={why} onSecret={setSecret} />
                  ))}
                </Table>
              </Card>
              {keys.some(({ revokedAt }) => revokedAt !== null) && (
                <Choice label={t("withRevoked")} checked={withRevoked} onChange={setWithRevoked} />
              )}
            </>
          )
        }
      </Asked>
      {isNew && <NewLlmKey tenant={tenant} onClose={() => setNew(false)} onMade={setSecret} />}
      {secret !== null && (
        <Dialog open onOpenChange={() => setSecret(null)} title={t("secretTitle")} description={t("secretText")}>
          <Command text={secret} />
          <div className="flex justify-end">
            <Button look="solid" onClick={() => setSecret(null)}>
              {t("done")}
            </Button>
          </div>
        </Dialog>
      )}
    </>
  );
}
