import type { DeploySettings } from "@agentpod/core/deployment";
import { useTranslations } from "use-intl";

/** What somebody wanted otherwise than it was found, one below the other. */
export function SettingsText({ settings }: { settings: DeploySettings }) {
  const t = useTranslations("newDeployment");
  const { root, runtime, needs, cpus, memoryMb, buildMemoryMb, buildMinutes } = settings;
  const lines: [label: string, value: string | number | undefined][] = [
    [t("root"), root],
    [t("runtime"), runtime],
    [t("databases"), needs === undefined ? undefined : needs.join(", ") || "–"],
    [t("numbers.cpus"), cpus],
    [t("numbers.memoryMb"), memoryMb],
    [t("numbers.buildMemoryMb"), buildMemoryMb],
    [t("numbers.buildMinutes"), buildMinutes],
  ];
  return (
    <ul className="flex flex-col gap-0.5">
      {lines
        .filter(([, value]) => value !== undefined)
        .map(([label, value]) => (
          <li key={label} className="break-words">
            {label} <code className="font-mono text-[13px]">{value}</code>
          </li>
        ))}
    </ul>
  );
}
