"use client";
import type { PodBackupView } from "@agentpod/core/api/pod-backup-view";
import { Ellipsis } from "lucide-react";
import { useState } from "react";
import { useFormatter, useTranslations } from "use-intl";
import { useSaid } from "../../../i18n/said.ts";
import { Ago, At } from "../../../i18n/time.tsx";
import { Go } from "../../../routing/go.tsx";
import { useMay } from "../../../session/use-may.ts";
import { Button } from "../../../ui/button.tsx";
import { ConfirmByName } from "../../../ui/confirm-by-name.tsx";
import { IconButton } from "../../../ui/icon-button.tsx";
import { Mark, type Shape } from "../../../ui/mark.tsx";
import { Menu } from "../../../ui/menu.tsx";
import { sizeOf } from "../../backups/size-of.ts";
import { PodLink } from "../../operations/pod-link.tsx";
import { RestoreBackup } from "./restore-backup.tsx";
import { useBackupActs } from "./use-backup-acts.ts";

const shapes: Record<PodBackupView["state"], Shape> = { running: "half", ready: "full", failed: "cross", deleting: "dashed" };

interface ItemProps {
  backup: PodBackupView;
  onBegun(operation: string): void;
  isPodThere: boolean;
  /** With the pod's name, for a list of several. */
  isNamed: boolean;
}

/** One backup: when, how large, how it was made, where it lies, whether it is whole, and what can be done with it. */
export function BackupItem({ backup, onBegun, isPodThere, isNamed }: ItemProps) {
  const t = useTranslations("podBackups");
  const said = useSaid();
  const format = useFormatter();
  const [asking, setAsking] = useState<"restore" | "delete" | null>(null);
  const acts = useBackupActs(backup, onBegun);
  const mayNot = useMay()("backup.write", backup.tenant);
  const { id, tenant, pod, state, createdAt, bytes, trigger, target, volumes, verifiedAt, message, operation } = backup;
  const notReady = mayNot ?? (state === "ready" ? null : t("notReady"));
  const at = format.dateTime(new Date(createdAt), { dateStyle: "medium", timeStyle: "short" });
  const ways = [...new Set(volumes.map(({ how }) => how))];
  return (
    <li className="flex items-start gap-3 px-4 py-3.5 text-sm">
      <span className="pt-1">
        <Mark shape={shapes[state]} />
      </span>
      <div className="flex min-w-0 flex-1 flex-col gap-1">
        <p className="flex flex-wrap items-center gap-x-3 gap-y-0.5">
          {isNamed &&
            (isPodThere ? <PodLink label={`${tenant}/${pod}`} tab="backups" /> : <span className="break-all">{`${tenant}/${pod}`}</span>)}
          <span className="font-medium">
            <At at={createdAt} />
          </span>
          {bytes !== null && <span className="tabular-nums">{sizeOf(bytes, format)}</span>}
          {state !== "ready" && <span>{t(`states.${state}`)}</span>}
          {isNamed && !isPodThere && <span className="rounded-full border px-2 text-soft text-xs">{t("podGone")}</span>}
        </p>
        <p className="flex flex-wrap gap-x-3 gap-y-0.5 text-[13px] text-soft">
          <span>{t(`triggers.${trigger}`)}</span>
          {ways.map((how) => (
            <span key={how}>{t(`ways.${how}`)}</span>
          ))}
          <span className="break-all">{target === null ? t("home") : t("atTarget", { target })}</span>
          {state === "ready" && (
            <span>
              {verifiedAt === null ? (
                t("neverVerified")
              ) : (
                <>
                  {t("verifiedAt")} <Ago at={verifiedAt} />
                </>
              )}
            </span>
          )}
        </p>
        {message !== "" && <p className="break-words text-[13px]">{said(message)}</p>}
        {operation !== null && state !== "ready" && (
          <Go href={`/operations/${operation}`} className="self-start rounded text-[13px] underline underline-offset-4">
            {t("steps")}
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
            {
              label: t(acts.verify.isPending ? "verifying" : "verify"),
              why: acts.verify.isPending ? t("verifyingText") : notReady,
              onSelect: () => acts.verify.mutate(),
            },
            { label: t("drill"), why: notReady, onSelect: () => acts.drill.mutate() },
            { label: t("delete"), why: mayNot ?? (state === "running" ? t("stillMade") : null), onSelect: () => setAsking("delete") },
          ]}
        />
      </div>
      {asking === "restore" && <RestoreBackup backup={backup} isPodThere={isPodThere} onClose={() => setAsking(null)} onBegun={onBegun} />}
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
