"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { useAct } from "../../api/use-act.ts";
import { useMay } from "../../session/use-may.ts";
import { Asked } from "../../ui/asked.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { ConfirmByName } from "../../ui/confirm-by-name.tsx";
import { Empty } from "../../ui/empty.tsx";
import { alertQueries, type Owner } from "./alert-queries.ts";
import { ChannelRow } from "./channel-row.tsx";
import { useOwner } from "./use-owner.ts";

// The schemas come along with the form.
const ChannelForm = lazy(() => import("./channel-form.tsx"));

/** Who is told. */
export default function Channels() {
  const t = useTranslations("alerts");
  const { owner } = useOwner();
  return owner === undefined ? <p className="text-soft text-sm">{t("noTenant")}</p> : <ChannelList key={owner} owner={owner} />;
}

function ChannelList({ owner }: { owner: Owner }) {
  const t = useTranslations("alerts");
  const client = useQueryClient();
  const mayNot = useMay();
  const why = owner === null ? mayNot("platform.settings") : mayNot("alert.write", owner);
  const query = useQuery(alertQueries.channels(owner));
  const [isNew, setNew] = useState(false);
  const [doomed, setDoomed] = useState<string | null>(null);
  const remove = useAct({
    run: (name: string) => api.alerts.removeChannel(owner, name),
    done: (_, name) => t("channelRemoved", { name }),
    onDone() {
      setDoomed(null);
      for (const key of ["alert-channels", "alert-deliveries"]) void client.invalidateQueries({ queryKey: [key] });
    },
  });
  const add = (
    <Button look="solid" why={why} onClick={() => setNew(true)}>
      {t("addChannel")}
    </Button>
  );
  return (
    <>
      <p className="max-w-prose text-soft text-sm">{t(owner === null ? "channelsOfInstallation" : "channelsOfTenant")}</p>
      <Asked query={query}>
        {(channels) =>
          channels.length === 0 ? (
            <Empty
              title={t("noChannelsTitle")}
              text={t("noChannelsText")}
              action={add}
              command={`./agentpod alert channel-add ops --kind slack --config ./slack.yaml${owner === null ? "" : ` --tenant ${owner}`}`}
            />
          ) : (
            <Card title={t("tabs.channels")} actions={add} flush>
              <ul aria-label={t("tabs.channels")} className="divide-y">
                {channels.map((channel) => (
                  <ChannelRow key={channel.id} owner={owner} channel={channel} why={why} onRemove={() => setDoomed(channel.name)} />
                ))}
              </ul>
            </Card>
          )
        }
      </Asked>
      <Suspense>{isNew && <ChannelForm owner={owner} onClose={() => setNew(false)} />}</Suspense>
      <ConfirmByName
        open={doomed !== null}
        onOpenChange={() => setDoomed(null)}
        title={t("removeChannelTitle", { name: doomed ?? "" })}
        warning={t("removeChannelText")}
        name={doomed ?? ""}
        action={t("remove")}
        isBusy={remove.isPending}
        onConfirm={() => doomed !== null && remove.mutate(doomed)}
      />
    </>
  );
}
