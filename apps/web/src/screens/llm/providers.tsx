"use client";
import type { LlmProviderView } from "@agentpod/core/api/llm-view";
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
import { llmQueries } from "./llm-queries.ts";
import { ProviderForm } from "./provider-form.tsx";
import { ProviderRow } from "./provider-row.tsx";
import { useLlmOwner } from "./use-llm-owner.ts";

/** Where calls go. */
export default function Providers() {
  const { chosen, isPlatform, tenant, isReady } = useLlmOwner();
  const owner = chosen === "" && isPlatform ? null : tenant;
  return isReady && <ProviderList key={owner} owner={owner} />;
}

function ProviderList({ owner }: { owner: string | null }) {
  const t = useTranslations("llm");
  const client = useQueryClient();
  const mayNot = useMay();
  const why = owner === null ? mayNot("platform.settings") : mayNot("llm.write", owner);
  const query = useQuery({ ...llmQueries.providers(owner), enabled: owner !== "" });
  const [edited, setEdited] = useState<LlmProviderView | "new" | null>(null);
  const [doomed, setDoomed] = useState<string | null>(null);
  const remove = useAct({
    run: (name: string) => api.llmProviders.remove(owner, name),
    done: (_, name) => t("providerRemoved", { name }),
    onDone() {
      setDoomed(null);
      void client.invalidateQueries({ queryKey: ["llm"] });
    },
  });
  const add = (
    <Button look="solid" why={why} disabled={owner === ""} onClick={() => setEdited("new")}>
      {t("addProvider")}
    </Button>
  );
  return (
    <>
      <p className="max-w-prose text-soft text-sm">{t(owner === null ? "providersOfInstallation" : "providersOfTenant")}</p>
      <Asked query={query}>
        {(providers) =>
          providers.length === 0 ? (
            <Empty
              title={t("noProvidersTitle")}
              text={t("noProvidersText")}
              action={add}
              command={`./agentpod llm provider add openai --dialect openai --base-url https://api.openai.com/v1 --model gpt-5${owner === null ? "" : ` --tenant ${owner}`}`}
            />
          ) : (
            <Card title={t("tabs.providers")} actions={add} flush>
              <ul aria-label={t("tabs.providers")} className="divide-y">
                {providers.map((provider) => (
                  <ProviderRow
                    key={provider.id}
                    owner={owner}
                    provider={provider}
                    why={why}
                    onEdit={() => setEdited(provider)}
                    onRemove={() => setDoomed(provider.name)}
                  />
                ))}
              </ul>
            </Card>
          )
        }
      </Asked>
      {edited !== null && <ProviderForm owner={owner} provider={edited === "new" ? null : edited} onClose={() => setEdited(null)} />}
      <ConfirmByName
        open={doomed !== null}
        onOpenChange={() => setDoomed(null)}
        title={t("removeProviderTitle", { name: doomed ?? "" })}
        warning={t("removeProviderText")}
        name={doomed ?? ""}
        action={t("remove")}
        isBusy={remove.isPending}
        onConfirm={() => doomed !== null && remove.mutate(doomed)}
      />
    </>
  );
}
