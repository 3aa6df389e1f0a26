import { AppError } from "@agentpod/core/errors";

/** So many questions of AgentPod's own does one pod get at the same time: its other users want answers, too. */
const most = 3;

/** Counts questions under way by pod, of this control plane. */
export function askedAtOnce() {
  const underWay = new Map<string, number>();
  return {
    /** Gives the lines while the pod has room for one more question; else throws `quota_exceeded`. */
    async *with<T>(podId: string, lines: () => AsyncGenerator<T>): AsyncGenerator<T> {
      const before = underWay.get(podId) ?? 0;
      if (before >= most) throw new AppError("quota_exceeded", `this agent is answering ${most} questions already; wait for one of them`);
      underWay.set(podId, before + 1);
      try {
        yield* lines();
      } finally {
        const left = (underWay.get(podId) ?? 1) - 1;
        if (left > 0) underWay.set(podId, left);
        else underWay.delete(podId);
      }
    },
  };
}
