"use client";
import type { HookView } from "@agentpod/core/api/deployment-hook-view";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { ChevronRight } from "lucide-react";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { useAct } from "../../api/use-act.ts";
import { Ago } from "../../i18n/time.tsx";
import { useActors } from "../../session/use-actors.ts";
import { useMay } from "../../session/use-may.ts";
import { Asked } from "../../ui/asked.tsx";
import { Button } from "../../ui/button.tsx";
import { Command } from "../../ui/command.tsx";
import { ConfirmByName } from "../../ui/confirm-by-name.tsx";
import { Mark } from "../../ui/mark.tsx";
import { Deliveries } from "./deliveries.tsx";
import { DeliveryOutcome } from "./delivery-outcome.tsx";
import { pushQueries } from "./push-queries.ts";

/** A hook: whose form of a push it takes, what it fetches, where it is told, and what came of that last. */
export function HookItem({ hook }: { hook: HookView }) {
  const t = useTranslations("push");
  const { nameOf } = useActors();
  const [isOpen, setOpen] = useState(false);
  const { tenant, name, id, kind, url, branch, address, createdBy, createdAt, refusedAt } = hook;
  const deliveries = useQuery(pushQueries.deliveries(tenant, name, id));
  const last = deliveries.data?.[0];
  return (
    <li className="flex min-w-0 flex-col gap-2 px-4 py-3.5 text-sm">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <span className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
          <span className="font-medium">{t(`kinds.${kind}`)}</span>
          <code className="break-all font-mono text-[13px]">{branch}</code>
          {last === undefined ? (
            <span className="text-soft">{deliveries.isSuccess && t("neverTold")}</span>
          ) : (
            <span className="flex flex-wrap items-center gap-x-2">
              <DeliveryOutcome outcome={last.outcome} />
              <span className="text-soft text-xs">
                <Ago at={last.at} />
              </span>
            </span>
          )}
        </span>
        <DeleteHook hook={hook} />
      </div>
      <p className="flex flex-wrap gap-x-3 gap-y-0.5 text-[13px] text-soft">
        <span className="break-all">{url}</span>
        <span className="break-all">{nameOf(createdBy)}</span>
        <Ago at={createdAt} />
      </p>
      <Command text={address} />
      {refusedAt !== null && (
        <p className="flex items-start gap-2">
          <span className="pt-1">
            <Mark shape="cross" />
          </span>
          <span className="min-w-0 break-words">{t.rich("refused", { ago: () => <Ago at={refusedAt} /> })}</span>
        </p>
      )}
      <button
        type="button"
        aria-expanded={isOpen}
        aria-label={t("deliveriesOf", { branch })}
        onClick={() => setOpen(!isOpen)}
        className="-ml-1 flex h-7 items-center gap-1 self-start rounded-md px-1 text-[13px] text-soft hover:bg-hover hover:text-ink"
      >
        <ChevronRight className={isOpen ? "size-3.5 rotate-90" : "size-3.5"} aria-hidden />
        {t("deliveries")}
      </button>
      {isOpen && <Asked query={deliveries}>{(list) => <Deliveries tenant={tenant} name={name} branch={branch} deliveries={list} />}</Asked>}
    </li>
  );
}

function DeleteHook({ hook: { tenant, name, id, kind, url, branch } }: { hook: HookView }) {
  const t = useTranslations("push");
  const client = useQueryClient();
  const mayNot = useMay();
  const [isAsking, setAsking] = useState(false);
  const remove = useAct({
    run: () => api.deploymentHooks.delete(tenant, name, id),
    done: () => t("deleted"),
    onDone: () => void client.invalidateQueries({ queryKey: pushQueries.hooks(tenant, name).queryKey, exact: true }),
  });
  return (
    <>
      <Button
        small
        why={mayNot("pod.write", tenant)}
        aria-label={t("deleteOne", { kind: t(`kinds.${kind}`), branch })}
        onClick={() => setAsking(true)}
      >
        {t("delete")}
      </Button>
      <ConfirmByName
        open={isAsking}
        onOpenChange={setAsking}
        title={t("deleteTitle")}
        warning={t("deleteText", { branch, url, name: `${tenant}/${name}` })}
        name={branch}
        action={t("delete")}
        isBusy={remove.isPending}
        onConfirm={() => remove.mutate()}
      />
    </>
  );
}
