/** How an agent is reached by one account of one messenger. */
export interface ChannelHealth {
  /** The agent's own name of the kind, such as `telegram`. */
  channel: string;
  /** For people, such as Telegram. */
  label: string;
  /** One kind may be used by several; `default` where there is one. */
  account: string;
  /** `off`: switched off, or not set up; `lost`: it is wanted and does not work. */
  state: "ok" | "starting" | "lost" | "off";
  /** One sentence without its full stop; empty where all is well. */
  message: string;
  /** ISO 8601. */
  since: string;
}

/** What was seen of a channel at one moment. */
export type ChannelSight = Omit<ChannelHealth, "since" | "state"> & {
  /** `unlinked`: no device was ever linked, or its link is gone. */
  state: ChannelHealth["state"] | "unlinked";
};

/**
 * What is seen now, each since when it is so. One that is not linked was lost if it ever worked, and else is not set up yet;
 * one that was lost and tries again is lost until it works.
 */
export function channelsNow(before: readonly ChannelHealth[], seen: readonly ChannelSight[], now: Date): ChannelHealth[] {
  return seen.map((sight) => {
    const old = before.find((one) => one.channel === sight.channel && one.account === sight.account);
    if (old?.state === "lost" && sight.state === "starting") return old;
    const wasUsed = old?.state === "ok" || old?.state === "lost";
    const state = sight.state === "unlinked" ? (wasUsed ? "lost" : "off") : sight.state;
    return { ...sight, state, since: old?.state === state ? old.since : now.toISOString() };
  });
}

/** `Telegram`, or `Telegram (sales)` where the account has a name. */
export const channelName = ({ label, account }: Pick<ChannelHealth, "label" | "account">): string =>
  account === "default" ? label : `${label} (${account})`;

/** Channels that do not work although they are wanted. */
export const lostChannels = (channels: readonly ChannelHealth[] | undefined): ChannelHealth[] =>
  (channels ?? []).filter(({ state }) => state === "lost");
