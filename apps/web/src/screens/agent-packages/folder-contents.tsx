import { useFormatter, useTranslations } from "use-intl";
import { fileSize } from "./file-size.ts";
import type { PackageFolder } from "./package-folder.ts";
import type { GivenFile } from "./read-folder.ts";

const most = 5;
const manifestName = "agent.yaml";

/** What of the chosen folder goes into the package, and what does not. */
export function FolderContents({ folder }: { folder: PackageFolder<GivenFile> }) {
  const t = useTranslations("agentPackages");
  const format = useFormatter();
  return (
    <dl className="grid grid-cols-[minmax(6rem,auto)_1fr] gap-x-4 gap-y-1.5 text-sm">
      <dt className="font-mono text-[13px]">{manifestName}</dt>
      <dd className="text-soft">{fileSize(folder.manifest?.file.size ?? 0, format)}</dd>
      {folder.folders.map(({ name, files }) => (
        <div key={name} className="contents">
          <dt className="font-mono text-[13px]">{`${name}/`}</dt>
          <dd className="text-soft">
            {t("filesOf", {
              count: files.length,
              size: fileSize(
                files.reduce((sum, { file }) => sum + file.size, 0),
                format,
              ),
            })}
          </dd>
        </div>
      ))}
      {folder.others.length > 0 && (
        <>
          <dt className="text-soft">{t("leftOut")}</dt>
          <dd className="break-all text-soft">
            {folder.others.slice(0, most).join(", ")}
            {folder.others.length > most && ` ${t("andMore", { count: folder.others.length - most })}`}
          </dd>
        </>
      )}
    </dl>
  );
}
