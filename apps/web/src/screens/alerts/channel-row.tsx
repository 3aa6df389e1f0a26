"use client";
import type { AlertChannelView } from "@agentpod/core/api/alert-view";
import { toAppError } from "@agentpod/core/errors";
import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { useSaid } from "../../i18n/said.ts";
import { Ago } from "../../i18n/time.tsx";
import { Button } from "../../ui/button.tsx";
import { Mark } from "../../ui/mark.tsx";
import type { Owner } from "./alert-queries.ts";

interface ChannelRowProps {
  owner: Owner;
  channel: AlertChannelView;
  why: string | null;
  onRemove(): void;
}

/** A channel, and what it answered to a test: that stays to be read. */
export function ChannelRow({ owner, channel: { name, kind, target, language, createdAt }, why, onRemove }: ChannelRowProps) {
  const t = useTranslations("alerts");
  const said = useSaid();
  const test = useMutation({ mutationFn: () => api.alerts.testChannel(owner, name), networkMode: "always" });
  return (
    <li className="flex flex-col gap-2 px-4 py-3 text-sm">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <span className="flex min-w-0 flex-1 flex-col">
          <span className="font-medium">{name}</span>
          <span className="break-all text-soft">{t("channelTo", { kind: t(`channelKinds.${kind}`), target })}</span>
        </span>
        <span className="text-soft text-xs">
          {t(`languages.${language}`)} · {t("added")} <Ago at={createdAt} />
        </span>
        <span className="inline-flex gap-2">
          <Button small why={why} isBusy={test.isPending} aria-label={t("testOne", { name })} onClick={() => test.mutate()}>
            {t("test")}
          </Button>
          <Button small why={why} aria-label={t("removeOne", { name })} onClick={onRemove}>
            {t("remove")}
          </Button>
        </span>
      </div>
      {test.isSuccess && (
        <p role="status" className="flex items-center gap-2">
          <Mark shape="full" />
          {t("testTaken", { name })}
        </p>
      )}
      {test.isError && (
        <p role="alert" className="flex items-start gap-2">
          <span className="pt-1">
            <Mark shape="cross" />
          </span>
          <span className="min-w-0 break-words font-medium">{said(toAppError(test.error).message)}</span>
        </p>
      )}
    </li>
  );
}
