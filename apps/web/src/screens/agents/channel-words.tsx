import { type ChannelHealth, channelName } from "@agentpod/core/channel-health";
import { useTranslations } from "use-intl";
import { useSaid } from "../../i18n/said.ts";
import { Ago } from "../../i18n/time.tsx";
import { Mark, type Shape } from "../../ui/mark.tsx";

const shapes: Record<ChannelHealth["state"], Shape> = { ok: "full", starting: "half", lost: "cross", off: "ring" };

/** How an agent is reached by one messenger, in words; one that is lost stands out. */
export function ChannelWords({ channel, withSince = false }: { channel: ChannelHealth; withSince?: boolean }) {
  const t = useTranslations("agents");
  const said = useSaid();
  const { state, message, since } = channel;
  const isLost = state === "lost";
  return (
    <span className={isLost ? "flex items-start gap-2 font-medium" : "flex items-start gap-2"}>
      <span className="pt-1">
        <Mark shape={shapes[state]} />
      </span>
      <span className="min-w-0 break-words">
        {t(`channel.${state}`, { name: channelName(channel) })}
        {message !== "" && <span className={isLost ? "" : "text-soft"}> · {said(message)}</span>}
        {(withSince || isLost) && (
          <span className="whitespace-nowrap font-normal text-soft">
            {" · "}
            <Ago at={since} />
          </span>
        )}
      </span>
    </span>
  );
}
