import type { UsedGateway } from "@agentpod/core/api/gateway-view";
import { useTranslations } from "use-intl";
import { Card } from "../../ui/card.tsx";
import { CodeBlock } from "../../ui/code-block.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";

/** What to write into Traefik's static configuration; its token is shown this once. */
export function TraefikSteps({ endpoint }: { endpoint: NonNullable<UsedGateway["endpoint"]> }) {
  const t = useTranslations("settings");
  const text = [
    "providers:",
    "  http:",
    `    endpoint: ${endpoint.url}`,
    "    pollInterval: 5s",
    "    headers:",
    `      Authorization: Bearer ${endpoint.token}`,
  ].join("\n");
  return (
    <Card title={t("traefikTitle")} actions={<CopyButton text={text} />}>
      <div className="flex flex-col gap-3">
        <p className="text-sm">{t("traefikText")}</p>
        <CodeBlock label={t("traefikTitle")} text={text} />
        <p className="text-[13px] text-soft">{t("traefikProxies")}</p>
      </div>
    </Card>
  );
}
