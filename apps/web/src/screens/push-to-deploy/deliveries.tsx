import type { HookDeliveryView } from "@agentpod/core/api/deployment-hook-view";
import { useTranslations } from "use-intl";
import { useSaid } from "../../i18n/said.ts";
import { Ago } from "../../i18n/time.tsx";
import { Go } from "../../routing/go.tsx";
import { Cell, Table } from "../../ui/table.tsx";
import { deploymentHref } from "../deployments/deployment-href.ts";
import { DeliveryOutcome } from "./delivery-outcome.tsx";

interface DeliveriesProps {
  tenant: string;
  name: string;
  branch: string;
  deliveries: readonly HookDeliveryView[];
}

/** What a hook was told, the newest first, and what came of each. */
export function Deliveries({ tenant, name, branch, deliveries }: DeliveriesProps) {
  const t = useTranslations("push");
  const said = useSaid();
  if (deliveries.length === 0) return <p className="text-soft">{t("noDeliveries")}</p>;
  return (
    <div className="rounded-md border bg-surface">
      <Table label={t("deliveriesOf", { branch })} head={[t("when"), t("event"), t("commit"), t("outcome"), t("deployment")]}>
        {deliveries.map(({ id, at, event, commit, outcome, message, deployment, operation }) => (
          <tr key={id}>
            <Cell className="whitespace-nowrap text-soft">
              <Ago at={at} />
            </Cell>
            <Cell className="max-w-40 break-words">{event}</Cell>
            <Cell>
              {commit === null ? (
                "–"
              ) : (
                <code title={commit} className="font-mono text-[13px]">
                  {commit.slice(0, 12)}
                </code>
              )}
            </Cell>
            <Cell className="min-w-56">
              <DeliveryOutcome outcome={outcome} />
              <span className="block break-words text-[13px] text-soft">{said(message)}</span>
            </Cell>
            <Cell className="whitespace-nowrap">
              {deployment !== null ? (
                <Go href={deploymentHref({ tenant, name }, deployment)} className="rounded underline underline-offset-4">
                  {t("deploymentNumber", { number: deployment })}
                </Go>
              ) : operation !== null ? (
                <Go href={`/operations/${encodeURIComponent(operation)}`} className="rounded underline underline-offset-4">
                  {t("fetch")}
                </Go>
              ) : (
                "–"
              )}
            </Cell>
          </tr>
        ))}
      </Table>
    </div>
  );
}
