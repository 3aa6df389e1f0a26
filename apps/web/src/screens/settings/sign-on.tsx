import type { InstallationView } from "@agentpod/core/api/installation-view";
import { useTranslations } from "use-intl";
import { Card } from "../../ui/card.tsx";
import { CodeBlock } from "../../ui/code-block.tsx";
import { Command } from "../../ui/command.tsx";
import { Facts } from "../../ui/facts.tsx";

/** As the environment takes it. */
const example = ["ISSUER=https://id.example.com", "CLIENT_ID=agentpod", "CLIENT_SECRET=…", "NAME=Example"]
  .map((line) => `AGENTPOD_OIDC_${line}`)
  .join("\n");

/** The OpenID Connect providers that users may sign on with; and how one is added, where there is none. */
export function SignOn({ providers, url }: { providers: InstallationView["signOn"]; url: string }) {
  const t = useTranslations("settings");
  return (
    <Card title={t("signOn")}>
      {providers.length === 0 ? (
        <div className="flex flex-col gap-3">
          <p className="text-soft text-sm">{t("noSignOn")}</p>
          <CodeBlock label={t("signOn")} text={example} />
          <Facts facts={[[t("callback"), <Command key="callback" text={`${url}/api/auth/callback/oidc`} />]]} />
        </div>
      ) : (
        <ul className="flex flex-col gap-6">
          {providers.map(({ id, name, issuer, clientId, callbackUrl }) => (
            <li key={id} className="flex flex-col gap-3">
              <h3 className="font-medium text-sm">{name}</h3>
              <Facts
                facts={[
                  [t("issuer"), issuer],
                  [t("clientId"), clientId],
                  [t("callback"), <Command key="callback" text={callbackUrl} />],
                ]}
              />
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
