"use client";
import type { PodFileRoot } from "@agentpod/core/api/pod-file-view";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { Asked } from "../../../ui/asked.tsx";
import { Button } from "../../../ui/button.tsx";
import { Card } from "../../../ui/card.tsx";
import { Empty } from "../../../ui/empty.tsx";
import { Table } from "../../../ui/table.tsx";
import { FileRow } from "./file-row.tsx";
import { FileTools } from "./file-tools.tsx";
import type { FilesAt } from "./files-href.ts";
import { folderQuery } from "./folder-query.ts";
import { Way } from "./way.tsx";

/** Rows that are shown at once: a folder may hold thousands. */
const atOnce = 200;
/** On small screens name and actions alone have columns. */
const narrow = "max-sm:[&_:is(th,td):nth-child(n+2):nth-child(-n+4)]:hidden max-sm:[&_td:first-child]:min-w-0";

/** What lies in a folder, and what can be done with it. */
export function FolderView({ at, roots }: { at: FilesAt; roots: PodFileRoot[] }) {
  const t = useTranslations("files");
  const query = useQuery(folderQuery(at));
  const [shown, setShown] = useState(atOnce);
  const { path } = at;
  return (
    <Card title={<Way at={at} roots={roots} />} actions={<FileTools at={at} entries={query.data?.entries ?? []} />} flush>
      <Asked query={query} lines={6}>
        {({ entries, isWhole }) =>
          entries.length === 0 ? (
            <Empty
              title={t("emptyTitle")}
              text={t("emptyText")}
              command={`./agentpod pod files put ${at.tenant}/${at.pod} ./notes.txt ${path}/`}
            />
          ) : (
            <>
              <div className={narrow}>
                <Table label={t("in", { path })} head={[t("name"), t("size"), t("changed"), t("permissions")]} actions={t("actions")}>
                  {entries.slice(0, shown).map((entry) => (
                    <FileRow key={entry.name} at={at} entry={entry} />
                  ))}
                </Table>
              </div>
              {entries.length > shown && (
                <p className="border-t px-4 py-2.5">
                  <Button small onClick={() => setShown(shown + atOnce)}>
                    {t("showMore", { count: entries.length - shown })}
                  </Button>
                </p>
              )}
              {!isWhole && entries.length <= shown && (
                <p className="border-t px-4 py-2.5 text-soft text-sm">{t("more", { count: entries.length })}</p>
              )}
            </>
          )
        }
      </Asked>
    </Card>
  );
}
