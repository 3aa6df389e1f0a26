"use client";
import type { HandOverView } from "@agentpod/core/api/agent-gateway-view";
import type { PodView } from "@agentpod/core/api/pod-view";
import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { useAct } from "../../api/use-act.ts";
import { Ago, At } from "../../i18n/time.tsx";
import { useActors } from "../../session/use-actors.ts";
import { useMay } from "../../session/use-may.ts";
import { Asked } from "../../ui/asked.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { Facts } from "../../ui/facts.tsx";
import type { PodTabProps } from "../pod/pod-tabs.ts";
import { LinkOnce } from "../users/link-once.tsx";
import { NewHandOver } from "./new-hand-over.tsx";

const handOverQuery = ({ tenant, name }: Pick<PodView, "tenant" | "name">) =>
  queryOptions({ queryKey: ["pod", tenant, name, "hand-over"], queryFn: () => api.handOver.get(tenant, name) });

/** The link by which the agent's user gets it: whether it is open, and a new one. */
export function HandOverLink({ pod }: PodTabProps) {
  const t = useTranslations("agent");
  const client = useQueryClient();
  const why = useMay()("pod.write", pod.tenant);
  const options = handOverQuery(pod);
  const query = useQuery(options);
  const [isMaking, setMaking] = useState(false);
  const [link, setLink] = useState<string | null>(null);
  const revoke = useAct({
    run: () => api.handOver.delete(pod.tenant, pod.name),
    done: () => t("revoked"),
    onDone: () => void client.invalidateQueries({ queryKey: options.queryKey }),
  });
  const isOpen = query.data?.isOpen === true;
  return (
    <Card
      title={t("handOver")}
      actions={
        <div className="flex gap-2">
          {isOpen && (
            <Button small why={why} isBusy={revoke.isPending} onClick={() => revoke.mutate()}>
              {t("revoke")}
            </Button>
          )}
          <Button small why={why} onClick={() => setMaking(true)}>
            {t(query.data ? "renew" : "makeLink")}
          </Button>
        </div>
      }
    >
      <div className="flex flex-col gap-3">
        <p className="text-soft text-sm">{t("handOverText")}</p>
        <Asked query={query} lines={2}>
          {(found) => (found === null ? <p className="text-sm">{t("noLink")}</p> : <LinkFacts found={found} />)}
        </Asked>
      </div>
      {isMaking && (
        <NewHandOver
          pod={pod}
          endsOther={isOpen}
          onClose={() => setMaking(false)}
          onMade={(made) => {
            setMaking(false);
            setLink(made);
            void client.invalidateQueries({ queryKey: options.queryKey });
          }}
        />
      )}
      {link !== null && <LinkOnce link={link} onClose={() => setLink(null)} />}
    </Card>
  );
}

function LinkFacts({ found: { isOpen, usedAt, expiresAt, createdAt, createdBy } }: { found: HandOverView }) {
  const t = useTranslations("agent");
  const { nameOf } = useActors();
  const state = usedAt !== null ? "used" : isOpen ? "open" : "over";
  return (
    <Facts
      facts={[
        [
          t("linkState"),
          <span key="state" className="font-medium">
            {t(`linkStates.${state}`)}
          </span>,
        ],
        usedAt === null ? [t("expires"), <At key="expires" at={expiresAt} />] : [t("used"), <Ago key="used" at={usedAt} />],
        [t("made"), <Ago key="made" at={createdAt} />],
        [t("madeBy"), nameOf(createdBy)],
      ]}
    />
  );
}
