"use client";
import type { BackupView } from "@agentpod/core/api/backup-view";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useFormatter, useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { useAct } from "../../api/use-act.ts";
import { useSaid } from "../../i18n/said.ts";
import { At } from "../../i18n/time.tsx";
import { useMay } from "../../session/use-may.ts";
import { Button, buttonClass } from "../../ui/button.tsx";
import { ConfirmByName } from "../../ui/confirm-by-name.tsx";
import { Cell } from "../../ui/table.tsx";
import { sizeOf } from "./size-of.ts";

export function BackupRow({ backup: { name, bytes, createdAt, trigger, hasKey, problem } }: { backup: BackupView }) {
  const t = useTranslations("backups");
  const said = useSaid();
  const format = useFormatter();
  const client = useQueryClient();
  const why = useMay()("platform.settings");
  const [isAsking, setAsking] = useState(false);
  const verify = useAct({
    run: () => api.backups.verify(name),
    done: ({ rows, artifacts, isAuthentic }) => t(isAuthentic === null ? "wholeUnsigned" : "whole", { rows, artifacts }),
  });
  const remove = useAct({
    run: () => api.backups.delete(name),
    done: () => t("deleted"),
    onDone: () => void client.invalidateQueries({ queryKey: ["backups"] }),
  });
  return (
    <tr>
      <Cell className="min-w-44">
        <span className="font-medium">{createdAt === null ? name : <At at={createdAt} />}</span>
        <span className="block break-all font-mono text-[12px] text-soft">{name}</span>
        {problem !== null && <span className="block break-words text-[13px]">{said(problem)}</span>}
      </Cell>
      <Cell className="whitespace-nowrap text-soft tabular-nums">{sizeOf(bytes, format)}</Cell>
      <Cell className="whitespace-nowrap text-soft">{trigger !== null && t(`triggers.${trigger}`)}</Cell>
      <Cell className="whitespace-nowrap text-soft">{problem === null && t(hasKey ? "withKey" : "withoutKey")}</Cell>
      <Cell className="text-right">
        <span className="inline-flex gap-2">
          <Button small why={why} isBusy={verify.isPending} onClick={() => verify.mutate()} aria-label={t("verifyOne", { name })}>
            {t("verify")}
          </Button>
          {why === null && (
            <a
              className={buttonClass("line", true)}
              href={`/api/v1/backups/${encodeURIComponent(name)}/file`}
              download={name}
              aria-label={t("downloadOne", { name })}
            >
              {t("download")}
            </a>
          )}
          <Button small why={why} onClick={() => setAsking(true)} aria-label={t("deleteOne", { name })}>
            {t("delete")}
          </Button>
        </span>
        <ConfirmByName
          open={isAsking}
          onOpenChange={setAsking}
          title={t("deleteTitle")}
          warning={t("deleteText")}
          name={name}
          action={t("delete")}
          isBusy={remove.isPending}
          onConfirm={() => remove.mutate()}
        />
      </Cell>
    </tr>
  );
}
