"use client";
import type { GuestPodView } from "@agentpod/core/api/guest-view";
import { toAppError } from "@agentpod/core/errors";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { useSaid } from "../../i18n/said.ts";
import { PhaseText } from "../../pods/phase-text.tsx";
import { podState } from "../../pods/pod-state.ts";
import { Asked } from "../../ui/asked.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { Facts } from "../../ui/facts.tsx";
import { OutLink } from "../../ui/out-link.tsx";
import { TimeLeft } from "./time-left.tsx";

const lookMs = 2000;

/** How a visitor's pod does, where it answers and when it ends. Without a login there are no events: it is asked for again and again. */
export function GuestPod({ name, onAgain }: { name: string; onAgain(): void }) {
  const t = useTranslations("guest");
  const query = useQuery({
    queryKey: ["guest-pod", name],
    queryFn: () => api.guests.get(name),
    refetchInterval: (asked) => (asked.state.error === null ? lookMs : false),
    retry: (count, error) => toAppError(error).code === "unavailable" && count < 30,
  });
  const isGone = query.isError && toAppError(query.error).code === "not_found";
  const again = <Button onClick={onAgain}>{t("again")}</Button>;
  if (isGone)
    return (
      <div className="flex flex-col items-start gap-4">
        <p className="text-sm">{t("ended")}</p>
        {again}
      </div>
    );
  return (
    <>
      <Asked query={query}>{(pod) => <Shown pod={pod} />}</Asked>
      <div>{again}</div>
    </>
  );
}

function Shown({ pod }: { pod: GuestPodView }) {
  const t = useTranslations("guest");
  const said = useSaid();
  const isFine = podState(pod).standing === "fine";
  return (
    <Card>
      <Facts
        facts={[
          [
            t("state"),
            <span key="state" className="flex flex-col gap-0.5">
              <PhaseText pod={pod} />
              {!isFine && <span className="text-soft">{said(pod.message)}</span>}
            </span>,
          ],
          [
            t("address"),
            pod.addresses.length === 0 ? (
              <span key="address">{t("noAddress")}</span>
            ) : (
              <ul key="address">
                {pod.addresses.map((address) => (
                  <li key={address}>
                    <OutLink href={address} className="break-all underline underline-offset-4">
                      {address}
                    </OutLink>
                  </li>
                ))}
              </ul>
            ),
          ],
          [t("ends"), <TimeLeft key="ends" endsAt={pod.endsAt} />],
        ]}
      />
    </Card>
  );
}
