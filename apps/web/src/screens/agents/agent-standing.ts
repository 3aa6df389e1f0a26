import type { PodSummary } from "@agentpod/core/api/pod-view";
import { type ChannelHealth, lostChannels } from "@agentpod/core/channel-health";
import { podState, type Standing } from "../../pods/pod-state.ts";

/** By which messengers an agent is reached, of all its units. */
export const channelsOf = ({ units }: Pick<PodSummary, "units">): ChannelHealth[] => units.flatMap(({ channels }) => channels ?? []);

/** How an agent does: it may run well and still be out of reach for its users. */
export function agentStanding(pod: Pick<PodSummary, "phase" | "health" | "units">): Standing {
  const { standing } = podState(pod);
  return standing === "fine" && lostChannels(channelsOf(pod)).length > 0 ? "attention" : standing;
}
