"use client";
import type { DumpView } from "@agentpod/core/api/dump-view";
import type { PodSummary } from "@agentpod/core/api/pod-view";
import { Ellipsis } from "lucide-react";
import { useState } from "react";
import { useFormatter, useTranslations } from "use-intl";
import { useSaid } from "../../../i18n/said.ts";
import { At } from "../../../i18n/time.tsx";
import { Go } from "../../../routing/go.tsx";
import { useMay } from "../../../session/use-may.ts";
import { Button } from "../../../ui/button.tsx";
import { ConfirmByName } from "../../../ui/confirm-by-name.tsx";
import { IconButton } from "../../../ui/icon-button.tsx";
import { Mark, type Shape } from "../../../ui/mark.tsx";
import { Menu } from "../../../ui/menu.tsx";
import { sizeOf } from "../../backups/size-of.ts";
import { PodLink } from "../../operations/pod-link.tsx";
import { DumpCheck } from "./dump-check.tsx";
import { isUnitRunning } from "./is-unit-running.ts";
import { kindNames } from "./kind-names.ts";
import { RestoreDump } from "./restore-dump.tsx";
import { useDumpActs } from "./use-dump-acts.ts";

const shapes: Record<DumpView["state"], Shape> = { running: "half", ready: "full", failed: "cross", deleting: "dashed" };

interface ItemProps {
  dump: DumpView;
  /** The pod that it is of; null: it is gone. */
  pod: PodSummary | null;
  onBegun(operation: string): void;
  isNamed: boolean;
}

/** One kept dump: when, how large, what is in it, where it lies, whether it came back when it was tried out, and what can be done with it. */
export function DumpItem({ dump, pod, onBegun, isNamed }: ItemProps) {
  const t = useTranslations("podDatabase");
  const backups = useTranslations("podBackups");
  const said = useSaid();
  const format = useFormatter();
  const [asking, setAsking] = useState<"restore" | "delete" | null>(null);
  const acts = useDumpActs(dump, onBegun);
  const mayNot = useMay()("backup.write", dump.tenant);
  const { id, tenant, unit, state, createdAt, bytes, trigger, target, content, message, operation } = dump;
  const label = `${tenant}/${dump.pod}`;
  const notReady = mayNot ?? (state === "ready" ? null : t("notReady"));
  // Of a pod that is gone it is only read.
  const notChecked = notReady ?? (pod === null || isUnitRunning(pod, unit) ? null : t("notRunning"));
  const at = format.dateTime(new Date(createdAt), { dateStyle: "medium", timeStyle: "short" });
  return (
    <li className="flex items-start gap-3 px-4 py-3.5 text-sm">
      <span className="pt-1">
        <Mark shape={shapes[state]} />
      </span>
      <div className="flex min-w-0 flex-1 flex-col gap-1">
        <p className="flex flex-wrap items-center gap-x-3 gap-y-0.5">
          {isNamed && (pod === null ? <span className="break-all">{label}</span> : <PodLink label={label} tab="database" />)}
          {isNamed && <code className="break-all font-mono text-[13px]">{unit}</code>}
          <span className="font-medium">
            <At at={createdAt} />
          </span>
          {bytes !== null && <span className="tabular-nums">{sizeOf(bytes, format)}</span>}
          {state !== "ready" && <span>{backups(`states.${state}`)}</span>}
          {pod === null && <span className="rounded-full border px-2 text-soft text-xs">{backups("podGone")}</span>}
        </p>
        <p className="flex flex-wrap gap-x-3 gap-y-0.5 text-[13px] text-soft">
          <span>{backups(`triggers.${trigger}`)}</span>
          {content !== null && (
            <>
              <span>{t("content", { tables: content.tables, rows: content.rows })}</span>
              <span>{`${kindNames.postgres} ${content.version}`}</span>
            </>
          )}
          <span className="break-all">{target === null ? backups("home") : backups("atTarget", { target })}</span>
        </p>
        {state === "ready" && <DumpCheck check={dump.check} />}
        {message !== "" && <p className="break-words text-[13px]">{said(message)}</p>}
        {operation !== null && state !== "ready" && (
          <Go href={`/operations/${operation}`} className="self-start rounded text-[13px] underline underline-offset-4">
            {backups("steps")}
          </Go>
        )}
      </div>
      <div className="flex shrink-0 gap-1">
        {state === "ready" && (
          <Button small why={notReady} onClick={() => setAsking("restore")} aria-label={t("restoreOne", { at })}>
            {t("restore")}
          </Button>
        )}
        <Menu
          trigger={<IconButton icon={Ellipsis} label={t("moreFor", { at })} className="size-7! border" />}
          items={[
            { label: t("check"), why: notChecked, onSelect: () => acts.check.mutate() },
            { label: t("delete"), why: mayNot ?? (state === "running" ? backups("stillMade") : null), onSelect: () => setAsking("delete") },
          ]}
        />
      </div>
      {asking === "restore" && <RestoreDump dump={dump} onClose={() => setAsking(null)} onBegun={onBegun} />}
      <ConfirmByName
        open={asking === "delete"}
        onOpenChange={(open) => setAsking(open ? "delete" : null)}
        title={t("deleteTitle", { at })}
        warning={t("deleteText")}
        name={id.slice(0, 8)}
        action={t("delete")}
        isBusy={acts.remove.isPending}
        onConfirm={() => acts.remove.mutate()}
      />
    </li>
  );
}
