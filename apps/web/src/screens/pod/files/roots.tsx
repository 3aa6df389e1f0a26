import type { PodFileRoot } from "@agentpod/core/api/pod-file-view";
import { Folder } from "lucide-react";
import { useTranslations } from "use-intl";
import { Go } from "../../../routing/go.tsx";
import { Card } from "../../../ui/card.tsx";
import { type FilesAt, filesHref } from "./files-href.ts";

/** Where files begin: one line for each volume and folder of each unit. */
export function Roots({ roots, at }: { roots: PodFileRoot[]; at: FilesAt }) {
  const t = useTranslations("files");
  return (
    <Card title={t("roots")} flush>
      <ul className="divide-y">
        {roots.map((root) => (
          <li key={`${root.unit} ${root.path}`}>
            <Go
              href={filesHref({ ...at, unit: root.unit, path: root.path })}
              className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1 px-4 py-3 text-sm hover:bg-hover"
            >
              <Folder className="size-4 shrink-0 text-soft" aria-hidden />
              <span className="min-w-0 break-all font-mono text-[13px]">{root.path}</span>
              <span className="text-soft">
                {t(`kinds.${root.kind}`, { name: root.volume ?? "" })} · {t("ofUnit", { unit: root.unit })}
              </span>
            </Go>
          </li>
        ))}
      </ul>
    </Card>
  );
}
