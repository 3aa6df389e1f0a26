import type { PodSummary } from "@agentpod/core/api/pod-view";
import { Mark } from "../ui/mark.tsx";
import { podState } from "./pod-state.ts";

/** The shape of a pod's state, without words. */
export const PodMark = ({ pod }: { pod: Pick<PodSummary, "phase" | "health"> }) => <Mark shape={podState(pod).shape} />;
