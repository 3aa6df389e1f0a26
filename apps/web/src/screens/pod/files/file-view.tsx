"use client";
import type { PodFileEntry, PodFileRoot } from "@agentpod/core/api/pod-file-view";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "../../../api/client.ts";
import { At } from "../../../i18n/time.tsx";
import { go } from "../../../routing/go.tsx";
import { NothingHere } from "../../../routing/nothing-here.tsx";
import { Asked } from "../../../ui/asked.tsx";
import { Button } from "../../../ui/button.tsx";
import { Card } from "../../../ui/card.tsx";
import { useBytesText } from "./bytes-text.ts";
import { DeleteFile } from "./delete-file.tsx";
import { DownloadLink } from "./download-link.tsx";
import { type FilesAt, filesHref, inFolder } from "./files-href.ts";
import { folderQuery } from "./folder-query.ts";
import { isShown, readText } from "./read-text.ts";
import { TextEditor } from "./text-editor.tsx";
import { Way } from "./way.tsx";

/** A file that was opened: text is shown and can be changed, all else can be downloaded. */
export function FileView({ at, name, roots }: { at: FilesAt; name: string; roots: PodFileRoot[] }) {
  const t = useTranslations("files");
  const folder = useQuery(folderQuery(at));
  const entry = folder.data?.entries.find((one) => one.name === name);
  const isGone = folder.data !== undefined && entry === undefined;
  return (
    <div className="flex flex-col gap-4">
      <Asked query={folder}>
        {() =>
          isGone || entry === undefined ? <NothingHere text={t("gone", { name })} /> : <Opened at={at} entry={entry} roots={roots} />
        }
      </Asked>
    </div>
  );
}

function Opened({ at, entry, roots }: { at: FilesAt; entry: PodFileEntry; roots: PodFileRoot[] }) {
  const t = useTranslations("files");
  const bytesText = useBytesText();
  const [isDeleting, setDeleting] = useState(false);
  const path = inFolder(at.path, entry.name);
  const content = useQuery({
    // Not the pod's: an event must not take away what is being written.
    queryKey: ["file", at.tenant, at.pod, at.unit, path],
    queryFn: async () => ({ text: await readText({ ...at, path }), readOf: entry.modifiedAt }),
    enabled: isShown(entry),
    gcTime: 0,
    staleTime: 0,
  });
  return (
    <Card
      title={<Way at={at} roots={roots} file={entry.name} />}
      actions={
        <span className="flex flex-wrap items-center gap-2">
          <DownloadLink href={api.files.contentUrl({ ...at, path })} name={entry.name} />
          <Button onClick={() => setDeleting(true)}>{t("delete")}</Button>
        </span>
      }
    >
      <p className="mb-3 text-[13px] text-soft">
        {bytesText(entry.bytes)} · <At at={entry.modifiedAt} />
      </p>
      {!isShown(entry) ? (
        <p className="text-sm">{t("tooLarge")}</p>
      ) : (
        <Asked query={content}>
          {({ text, readOf }) =>
            text === null ? <p className="text-sm">{t("noText")}</p> : <TextEditor at={at} path={path} text={text} readOf={readOf} />
          }
        </Asked>
      )}
      <DeleteFile at={at} entry={entry} open={isDeleting} onClose={() => setDeleting(false)} onDone={() => go(filesHref(at))} />
    </Card>
  );
}
