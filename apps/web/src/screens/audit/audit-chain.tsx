"use client";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useFormatter, useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { useMay } from "../../session/use-may.ts";
import { Asked } from "../../ui/asked.tsx";
import { Card } from "../../ui/card.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { Facts } from "../../ui/facts.tsx";
import { ArchiveEvents } from "./archive-events.tsx";
import { AuditArchives } from "./audit-archives.tsx";
import { AuditSettingsForm } from "./audit-settings-form.tsx";
import { VerifyChain } from "./verify-chain.tsx";

export const auditStatusQuery = queryOptions({ queryKey: ["audit-status"], queryFn: api.audit.status });

/** The chain over the entries: where it stands, whether it holds, what was archived, and the settings. */
export default function AuditChain() {
  const t = useTranslations("audit.chain");
  const format = useFormatter();
  const why = useMay()("platform.read");
  const query = useQuery({ ...auditStatusQuery, enabled: why === null });
  if (why !== null)
    return (
      <Card title={t("title")}>
        <div className="flex flex-col items-start gap-3">
          <p className="text-soft text-sm">{t("text")}</p>
          <VerifyChain why={why} />
        </div>
      </Card>
    );
  return (
    <Asked query={query} lines={10}>
      {({ head, settings, archives }) => (
        <>
          <Card title={t("title")} actions={<VerifyChain why={null} />}>
            <div className="flex flex-col gap-4">
              <p className="max-w-prose text-soft text-sm">{t("text")}</p>
              <Facts
                facts={[
                  [t("sealed"), head === null ? t("noneSealed") : format.number(head.seq)],
                  [
                    t("head"),
                    head === null ? (
                      t("noneSealed")
                    ) : (
                      <span key="head" className="flex items-center gap-1">
                        <code className="min-w-0 break-all font-mono text-[13px]">{head.hash}</code>
                        <CopyButton text={head.hash} />
                      </span>
                    ),
                  ],
                ]}
              />
            </div>
          </Card>
          <Card title={t("archives")} actions={<ArchiveEvents />} flush={archives.length > 0}>
            <AuditArchives archives={archives} />
          </Card>
          <Card title={t("settings")}>
            <AuditSettingsForm key={JSON.stringify(settings)} settings={settings} />
          </Card>
        </>
      )}
    </Asked>
  );
}
