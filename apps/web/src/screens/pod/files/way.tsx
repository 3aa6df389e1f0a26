import type { PodFileRoot } from "@agentpod/core/api/pod-file-view";
import { useTranslations } from "use-intl";
import { Go } from "../../../routing/go.tsx";
import { type FilesAt, filesHref } from "./files-href.ts";

/** The way to a folder or file, each step of it a link. */
export function Way({ at, roots, file }: { at: FilesAt; roots: PodFileRoot[]; file?: string }) {
  const t = useTranslations("files");
  const steps = stepsOf(at, roots);
  const last = file ?? steps.pop()?.name ?? "";
  return (
    <nav aria-label={t("way")} className="min-w-0">
      <ol className="flex min-w-0 flex-wrap items-center gap-x-1 gap-y-0.5 font-mono text-[13px]">
        {roots.length > 1 && (
          <li className="flex items-center gap-x-1">
            <Go href={filesHref({ ...at, path: "" })} className="rounded font-sans text-soft hover:text-ink">
              {t("all")}
            </Go>
            <span aria-hidden className="text-soft">
              ›
            </span>
          </li>
        )}
        {steps.map(({ name, path }) => (
          <li key={path} className="flex min-w-0 items-center gap-x-1">
            <Go href={filesHref({ ...at, path })} className="min-w-0 break-all rounded text-soft hover:text-ink">
              {name}
            </Go>
            <span aria-hidden className="text-soft">
              ›
            </span>
          </li>
        ))}
        <li aria-current="page" className="min-w-0 break-all font-medium">
          {last}
        </li>
      </ol>
    </nav>
  );
}

/** From the root that holds the folder down to it. */
function stepsOf({ unit, path }: FilesAt, roots: PodFileRoot[]): { name: string; path: string }[] {
  const holders = roots.filter((one) => one.unit === unit && (path === one.path || path.startsWith(`${one.path}/`)));
  const root = holders.toSorted((a, b) => b.path.length - a.path.length)[0]?.path ?? path;
  const below = path.slice(root.length).split("/").filter(Boolean);
  return [{ name: root, path: root }, ...below.map((name, i) => ({ name, path: `${root}/${below.slice(0, i + 1).join("/")}` }))];
}
