import { useFormatter, useTranslations } from "use-intl";
import { ProgressBar } from "../../ui/progress-bar.tsx";
import { fileSize } from "./file-size.ts";
import type { MakingVersion } from "./make-version.ts";

/** Which folder is under way, and how much of it. */
export function MakingProgress({ progress: { part, sent, bytes } }: { progress: MakingVersion }) {
  const t = useTranslations("agentPackages");
  const format = useFormatter();
  const text =
    part === null ? t("making") : t("uploading", { folder: `${part}/`, sent: fileSize(sent, format), size: fileSize(bytes, format) });
  return (
    <div className="flex flex-col gap-1.5">
      <p role="status" className="text-sm">
        {text}
      </p>
      <ProgressBar label={text} part={part === null || bytes === 0 ? 1 : sent / bytes} />
    </div>
  );
}
