import type { PodView } from "@agentpod/core/api/pod-view";
import { useSaid } from "../../i18n/said.ts";
import { Ago } from "../../i18n/time.tsx";
import { Mark, type Shape } from "../../ui/mark.tsx";

const shapes: Record<"ok" | "starting" | "lost" | "off", Shape> = { ok: "full", starting: "half", lost: "cross", off: "ring" };

/** How the agent is reached by a channel just now, account by account. */
export function ChannelStates({ pod, channel }: { pod: PodView; channel: string }) {
  const said = useSaid();
  const states = pod.units.flatMap(({ channels = [] }) => channels).filter((one) => one.channel === channel);
  if (states.length === 0) return null;
  return (
    <ul className="flex flex-col gap-1.5 text-sm">
      {states.map(({ account, state, message, since }) => (
        <li key={account} className="flex items-start gap-2">
          <span className="pt-1">
            <Mark shape={shapes[state]} />
          </span>
          <span className="min-w-0 break-words">
            {said(message)}{" "}
            <span className="text-soft text-xs">
              {account !== "" && `${account} · `}
              <Ago at={since} />
            </span>
          </span>
        </li>
      ))}
    </ul>
  );
}
