"use client";
import type { DatabaseView } from "@agentpod/core/api/database-view";
import type { PodView } from "@agentpod/core/api/pod-view";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "../../../api/client.ts";
import { useAct } from "../../../api/use-act.ts";
import { podHref } from "../../../pods/pod-href.ts";
import { Go } from "../../../routing/go.tsx";
import { useMay } from "../../../session/use-may.ts";
import { Button } from "../../../ui/button.tsx";
import { Card } from "../../../ui/card.tsx";
import { Command } from "../../../ui/command.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { Facts } from "../../../ui/facts.tsx";
import { kindNames } from "./kind-names.ts";

interface ConnectionProps {
  pod: PodView;
  database: DatabaseView;
  isOneOfSeveral: boolean;
}

/** What a database is, and how it is reached: its password is masked until it is asked for, which is written down, and forgotten with the page. */
export function DatabaseConnection({ pod, database, isOneOfSeveral }: ConnectionProps) {
  const t = useTranslations("podDatabase");
  const common = useTranslations("common");
  const mayNot = useMay();
  const [isAsking, setAsking] = useState(false);
  const [shown, setShown] = useState<string | null>(null);
  const { unit, kind, user, database: name, url, dumps } = database;
  const reveal = useAct({
    run: () => api.databases.reveal(pod.tenant, pod.name, unit),
    onDone(revealed) {
      setAsking(false);
      setShown(revealed.url);
    },
  });
  const why = mayNot("secret.reveal", pod.tenant) ?? (url === null ? t("noAddress") : null);
  const label = `${pod.tenant}/${pod.name}`;
  const facts: [string, string | null][] = [
    [t("kind"), kindNames[kind]],
    [t("unit"), unit],
    [t("database"), name],
    [t("user"), user],
  ];
  return (
    <Card
      title={isOneOfSeveral ? t("connectionOf", { unit }) : t("connection")}
      actions={
        shown === null ? (
          <Button small why={why} onClick={() => setAsking(true)}>
            {t("reveal")}
          </Button>
        ) : (
          <Button small onClick={() => setShown(null)}>
            {t("hide")}
          </Button>
        )
      }
    >
      <div className="flex flex-col gap-4">
        <Facts facts={facts.flatMap(([what, value]) => (value === null ? [] : [[what, value]]))} />
        <div className="flex flex-col gap-1.5">
          {shown !== null ? (
            <Command text={shown} />
          ) : url === null ? (
            <p className="text-soft text-sm">{t("noAddress")}</p>
          ) : (
            <code className="break-all rounded-md border bg-surface px-3 py-2 font-mono text-[13px]">{url}</code>
          )}
          <p className="text-[13px] text-soft">{t("reach")}</p>
        </div>
        {dumps ? (
          <div className="flex flex-col gap-1.5">
            <p className="text-[13px] text-soft">{t("shell")}</p>
            <Command text={`./agentpod db shell ${label}${isOneOfSeveral ? ` --unit ${unit}` : ""}`} />
          </div>
        ) : (
          <p className="text-sm">
            {t.rich("otherKind", {
              kind: kindNames[kind],
              link: (text) => (
                <Go href={podHref(pod, "backups")} className="rounded underline underline-offset-4">
                  {text}
                </Go>
              ),
            })}
          </p>
        )}
      </div>
      {isAsking && (
        <Dialog open onOpenChange={() => setAsking(false)} title={t("revealTitle", { unit })} description={t("revealText")}>
          <div className="flex justify-end gap-2">
            <Button onClick={() => setAsking(false)}>{common("cancel")}</Button>
            <Button look="danger" isBusy={reveal.isPending} onClick={() => reveal.mutate()}>
              {t("reveal")}
            </Button>
          </div>
        </Dialog>
      )}
    </Card>
  );
}
