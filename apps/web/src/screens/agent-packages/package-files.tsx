"use client";
import type { AgentPackageFile } from "@agentpod/core/api/agent-package-view";
import { packageFolders } from "@agentpod/core/products/agents/agent-package";
import { useQuery } from "@tanstack/react-query";
import { useFormatter, useTranslations } from "use-intl";
import { Asked } from "../../ui/asked.tsx";
import { Card } from "../../ui/card.tsx";
import { CodeBlock } from "../../ui/code-block.tsx";
import { fileSize } from "./file-size.ts";
import { packageQueries } from "./package-queries.ts";

/** A card for each folder of a package: who the agent is, what it can, what it knows. */
export function PackageFiles({ name, version, tenant }: { name: string; version: number; tenant: string }) {
  const t = useTranslations("agentPackages");
  const query = useQuery(packageQueries.files(name, version, tenant));
  return (
    <Asked query={query} lines={6}>
      {(files) => (
        <>
          {packageFolders.map((folder) => (
            <Card key={folder} title={t(`folders.${folder}.title`)} flush>
              <FileList
                label={t(`folders.${folder}.title`)}
                emptyText={t(`folders.${folder}.none`)}
                files={files.filter(({ path }) => path.startsWith(`${folder}/`))}
              />
            </Card>
          ))}
        </>
      )}
    </Asked>
  );
}

function FileList({ label, emptyText, files }: { label: string; emptyText: string; files: AgentPackageFile[] }) {
  const t = useTranslations("agentPackages");
  const format = useFormatter();
  if (files.length === 0) return <p className="px-4 py-4 text-soft text-sm">{emptyText}</p>;
  return (
    <ul aria-label={label} className="divide-y">
      {files.map(({ path, bytes, text }) => (
        <li key={path}>
          {text === null ? (
            <p className="flex flex-wrap justify-between gap-x-3 px-4 py-2.5 text-sm">
              <span className="min-w-0 break-all font-mono text-[13px]">{path}</span>
              <span className="text-soft text-xs">{t("notShown", { size: fileSize(bytes, format) })}</span>
            </p>
          ) : (
            <details className="group">
              <summary className="flex cursor-pointer flex-wrap justify-between gap-x-3 px-4 py-2.5 text-sm hover:bg-hover">
                <span className="min-w-0 break-all font-mono text-[13px]">{path}</span>
                <span className="text-soft text-xs tabular-nums">{fileSize(bytes, format)}</span>
              </summary>
              <div className="px-4 pb-4">
                <CodeBlock label={path} text={text} />
              </div>
            </details>
          )}
        </li>
      ))}
    </ul>
  );
}
