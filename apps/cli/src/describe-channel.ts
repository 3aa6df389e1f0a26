import type { PodHealth } from "@agentpod/core/api/pod-view";
import { channelName } from "@agentpod/core/channel-health";

type Channel = NonNullable<PodHealth["units"][number]["channels"]>[number];

/** `Telegram: token refused since 10:02`, in this machine's time; a channel that works says so alone. */
export function describeChannel(channel: Channel): string {
  const since = new Date(channel.since);
  const time = `${pad(since.getHours())}:${pad(since.getMinutes())}`;
  const isToday = since.toDateString() === new Date().toDateString();
  const day = isToday ? "" : `${since.getFullYear()}-${pad(since.getMonth() + 1)}-${pad(since.getDate())} `;
  return channel.state === "ok"
    ? `${channelName(channel)}: ok`
    : `${channelName(channel)}: ${channel.message || channel.state} since ${day}${time}`;
}

const pad = (value: number): string => String(value).padStart(2, "0");
