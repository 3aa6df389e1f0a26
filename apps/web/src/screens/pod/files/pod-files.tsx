"use client";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { api } from "../../../api/client.ts";
import { useWhyNot } from "../../../pods/use-why-not.ts";
import { useSearch } from "../../../routing/use-search.ts";
import { Asked } from "../../../ui/asked.tsx";
import { Card } from "../../../ui/card.tsx";
import { Empty } from "../../../ui/empty.tsx";
import type { PodTabProps } from "../pod-tabs.ts";
import { FileView } from "./file-view.tsx";
import { FolderView } from "./folder-view.tsx";
import { Roots } from "./roots.tsx";

/** The files of a pod's units, in their volumes and the folders of their code. */
export default function PodFiles({ pod }: PodTabProps) {
  const t = useTranslations("files");
  const refusal = useWhyNot()(pod, "exec");
  const [unit] = useSearch("unit");
  const [path] = useSearch("path");
  const [file] = useSearch("file");
  const roots = useQuery({
    queryKey: ["pod", pod.tenant, pod.name, "file-roots"],
    queryFn: () => api.files.roots(pod.tenant, pod.name),
    enabled: refusal === null,
  });
  if (refusal !== null)
    return (
      <Card>
        <p className="text-soft text-sm">{refusal}</p>
      </Card>
    );
  return (
    <Asked query={roots}>
      {(all) => {
        const only = all.length === 1 ? all[0] : undefined;
        const at = { tenant: pod.tenant, pod: pod.name, unit: unit || (only?.unit ?? ""), path: path || (only?.path ?? "") };
        if (all.length === 0)
          return <Empty title={t("noneTitle")} text={t("noneText")} command={`./agentpod pod exec ${pod.tenant}/${pod.name} -it -- sh`} />;
        if (at.path === "") return <Roots roots={all} at={at} />;
        return file === "" ? (
          <FolderView key={at.path} at={at} roots={all} />
        ) : (
          <FileView key={`${at.path} ${file}`} at={at} name={file} roots={all} />
        );
      }}
    </Asked>
  );
}
