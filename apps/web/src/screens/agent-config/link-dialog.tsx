"use client";
import type { AgentConfigView } from "@agentpod/core/api/agent-config-view";
import type { PodView } from "@agentpod/core/api/pod-view";
import { LoaderCircle } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslations } from "use-intl";
import { useSaid } from "../../i18n/said.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Mark } from "../../ui/mark.tsx";
import { useChannelLogin } from "./use-channel-login.ts";

interface LinkDialogProps {
  pod: PodView;
  channel: AgentConfigView["channels"][number];
  /** Empty: the agent's default. */
  account: string;
  onClose(): void;
}

/** A code for the phone, and how to read it; newer ones come by themselves until one was read. */
export function LinkDialog({ pod, channel: { id, title, login, verified }, account, onClose }: LinkDialogProps) {
  const t = useTranslations("agentConfig");
  const common = useTranslations("common");
  const said = useSaid();
  const { state, begin } = useChannelLogin(pod.tenant, pod.name, id, account);
  const [isAsked, setAsked] = useState(false);
  const anew = (): void => {
    setAsked(false);
    begin(true);
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t("link.title", { channel: title })}
      description={
        <>
          {t("link.text")}
          {!verified && <span className="mt-1 block">{t("notVerifiedText")}</span>}
        </>
      }
    >
      {state.kind === "starting" && (
        <p role="status" className="flex items-center gap-2 py-6 text-sm">
          <LoaderCircle className="size-4 animate-spin" aria-hidden />
          {t("link.starting", { channel: title })}
        </p>
      )}
      {state.kind === "code" && (
        <div className="flex flex-col items-center gap-4 sm:flex-row sm:items-start">
          {/* biome-ignore lint/performance/noImgElement: its data is here already; dark on light in both themes, as cameras want it */}
          <img
            src={state.qr}
            alt={t("link.code", { channel: title })}
            className="size-64 shrink-0 rounded-md bg-white [image-rendering:pixelated]"
          />
          <div className="flex min-w-0 flex-col gap-4 text-sm">
            <ol className="flex list-decimal flex-col gap-2 pl-5">
              <li>{t("link.stepOpen", { channel: title })}</li>
              <li>{t("link.stepMenu", { menu: said(login?.menu ?? "") })}</li>
              <li>{t("link.stepScan")}</li>
            </ol>
            <TimeLeft until={state.endsAt} />
          </div>
        </div>
      )}
      {state.kind === "linked" && (
        <div role="status" className="flex flex-col gap-2 text-sm">
          <p className="flex items-center gap-2 break-words font-medium">
            <Mark shape="full" />
            {said(state.message)}
          </p>
          {state.isNew && <p className="text-soft">{t("link.linkedText")}</p>}
        </div>
      )}
      {state.kind === "over" && (
        <p role="alert" className="flex items-start gap-2 text-sm">
          <span className="pt-1">
            <Mark shape="cross" />
          </span>
          <span className="min-w-0 break-words">{said(state.message)}</span>
        </p>
      )}
      {isAsked && <p className="text-sm">{t("link.anotherText")}</p>}
      <div className="flex flex-wrap justify-end gap-2">
        {state.kind === "linked" &&
          !state.isNew &&
          (isAsked ? (
            <Button look="danger" onClick={anew}>
              {t("link.letGo")}
            </Button>
          ) : (
            <Button onClick={() => setAsked(true)}>{t("link.another")}</Button>
          ))}
        {state.kind === "over" && <Button onClick={() => begin(false)}>{t("link.again")}</Button>}
        <Button look={state.kind === "linked" && !isAsked ? "solid" : "line"} onClick={onClose}>
          {common(state.kind === "linked" ? "close" : "cancel")}
        </Button>
      </div>
    </Dialog>
  );
}

/** Says each second how long the login goes on. */
function TimeLeft({ until }: { until: number }) {
  const t = useTranslations("agentConfig");
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(0, Math.ceil((until - now) / 1000));
  const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  return (
    <p role="timer" className="text-soft">
      {t("link.ends", { time })}
    </p>
  );
}
