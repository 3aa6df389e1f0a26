"use client";
import type { UsedGateway } from "@agentpod/core/api/gateway-view";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { queries } from "../../api/queries.ts";
import { useSaid } from "../../i18n/said.ts";
import { Asked } from "../../ui/asked.tsx";
import { Card } from "../../ui/card.tsx";
import { Facts } from "../../ui/facts.tsx";
import { Mark } from "../../ui/mark.tsx";
import { GatewayForm } from "./gateway-form.tsx";
import { TraefikSteps } from "./traefik-steps.tsx";

/** Which gateway clients come to, whether it serves, and the choice of another one. */
export function GatewaySettings() {
  const t = useTranslations("settings");
  const said = useSaid();
  const query = useQuery(queries.gateway());
  const [endpoint, setEndpoint] = useState<UsedGateway["endpoint"]>(null);
  return (
    <Asked query={query}>
      {({ inUse, prepared, isServing, message, servedVersion, httpsPort }) => (
        <div className="flex flex-col gap-5">
          <Card title={t("gatewayInUse")}>
            <Facts
              facts={[
                [t("gateway"), t(`gateways.${inUse.kind}.name`)],
                [
                  t("state"),
                  <span key="state" className="flex min-w-0 items-start gap-2">
                    <span className="pt-1">
                      <Mark shape={isServing ? "full" : "cross"} />
                    </span>
                    <span className="min-w-0">
                      {t(isServing ? "serves" : "servesNot")} <span className="text-soft">{said(message)}</span>
                    </span>
                  </span>,
                ],
                ...(prepared === null
                  ? []
                  : [[t("prepared"), t("preparedText", { name: t(`gateways.${prepared.kind}.name`) })] as [string, string]]),
                [t("routeTable"), servedVersion === null ? "–" : String(servedVersion)],
                [t("httpsPort"), httpsPort === null ? t("noHttps") : String(httpsPort)],
              ]}
            />
          </Card>
          {endpoint !== null && <TraefikSteps endpoint={endpoint} />}
          <GatewayForm key={inUse.kind} inUse={inUse} onUsed={(used) => setEndpoint(used.endpoint)} />
        </div>
      )}
    </Asked>
  );
}
