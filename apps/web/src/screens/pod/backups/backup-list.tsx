import type { PodBackupView } from "@agentpod/core/api/pod-backup-view";
import { useTranslations } from "use-intl";
import { BackupItem } from "./backup-item.tsx";

interface ListProps {
  backups: readonly PodBackupView[];
  /** Told the operation of whatever is begun here. */
  onBegun(operation: string): void;
  /** Names of the tenant's pods, where backups of several are listed. */
  pods?: ReadonlySet<string>;
}

/** Backups, the newest first. */
export function BackupList({ backups, onBegun, pods }: ListProps) {
  const t = useTranslations("podBackups");
  return (
    <ul aria-label={t("title")} className="divide-y">
      {backups.map((backup) => (
        <BackupItem
          key={backup.id}
          backup={backup}
          onBegun={onBegun}
          isPodThere={pods === undefined || pods.has(backup.pod)}
          isNamed={pods !== undefined}
        />
      ))}
    </ul>
  );
}
