"use client";
import type { BackupTargetView } from "@agentpod/core/api/pod-backup-view";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { Ago } from "../../i18n/time.tsx";
import { useMay } from "../../session/use-may.ts";
import { Asked } from "../../ui/asked.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { Empty } from "../../ui/empty.tsx";
import { RemoveByName } from "../../ui/remove-by-name.tsx";
import { Cell, Table } from "../../ui/table.tsx";
import { podBackupQueries } from "../pod/backups/pod-backup-queries.ts";
import { AddBackupTarget } from "./add-backup-target.tsx";

/** Where backups of pods can be put: a tenant's own, or (null) the installation's. */
export default function BackupTargets({ owner }: { owner: string | null }) {
  const t = useTranslations("backupTargets");
  const mayNot = useMay();
  const [isAdding, setAdding] = useState(false);
  const query = useQuery(podBackupQueries.targets(owner));
  const why = owner === null ? mayNot("platform.settings") : mayNot("backup.write", owner);
  const add = (
    <Button small look="solid" why={why} onClick={() => setAdding(true)}>
      {t("add")}
    </Button>
  );
  return (
    <>
      {isAdding && <AddBackupTarget owner={owner} onClose={() => setAdding(false)} />}
      <Asked query={query}>
        {(list) => (
          <Card title={t("title")} actions={add} flush>
            {list.length === 0 ? (
              <Empty
                title={t("emptyTitle")}
                text={t("emptyText")}
                command={`./agentpod backup target add bucket --endpoint https://s3.example.com --bucket backups --credentials ./keys.yaml${owner === null ? "" : ` --tenant ${owner}`}`}
              />
            ) : (
              <Table label={t("title")} head={[t("name"), t("of"), t("kind"), t("where"), t("since")]} actions={t("actions")}>
                {list.map((target) => (
                  <TargetRow key={target.id} target={target} />
                ))}
              </Table>
            )}
          </Card>
        )}
      </Asked>
    </>
  );
}

function TargetRow({ target: { tenant, name, config, createdAt } }: { target: BackupTargetView }) {
  const t = useTranslations("backupTargets");
  const mayNot = useMay();
  return (
    <tr>
      <Cell className="font-medium">{name}</Cell>
      <Cell className="whitespace-nowrap text-soft">{tenant ?? t("installation")}</Cell>
      <Cell className="whitespace-nowrap">{t(`kinds.${config.kind}`)}</Cell>
      <Cell className="min-w-48 break-all font-mono text-[13px]">
        {config.kind === "folder" ? config.path : `${config.endpoint} ${config.bucket}${config.prefix === "" ? "" : `/${config.prefix}`}`}
      </Cell>
      <Cell className="whitespace-nowrap text-soft">
        <Ago at={createdAt} />
      </Cell>
      <Cell className="text-right">
        <RemoveByName
          name={name}
          action={t("remove")}
          label={t("removeOne", { name })}
          title={t("removeTitle", { name })}
          warning={t("removeText")}
          why={tenant === null ? mayNot("platform.settings") : mayNot("backup.write", tenant)}
          run={() => api.podBackups.deleteTarget(tenant, name)}
          removed={t("removed", { name })}
          listKey="backup-targets"
        />
      </Cell>
    </tr>
  );
}
