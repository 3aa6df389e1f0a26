import { setTimeout as delay } from "node:timers/promises";
import { toAppError } from "@agentpod/core/errors";
import type { Challenge } from "@agentpod/core/gateway-tls";
import type { Gateway } from "@agentpod/core/route-table";

/** What the gateway answers for proofs: the gateway takes them as a whole, so they are kept together here. */
export interface ChallengeBoard {
  /** Shows more; resolves once the gateway answers with them, and waits a while for one that begins anew. Gives what takes them back, which never throws. */
  show(challenges: readonly Challenge[], signal: AbortSignal): Promise<() => Promise<void>>;
  /** Domains' own tokens, as a whole; resolves as `show`. */
  setTokens(tokens: readonly Challenge[]): Promise<void>;
  /** The gateway may have begun anew: tells it everything again. */
  again(): Promise<void>;
  /** Grows whenever the gateway was away: a proof that failed meanwhile says nothing of the domain. */
  absences(): number;
  noteAbsence(): void;
}

/** A gateway that was killed is back within a second or two. */
const mostTries = 20;
const pauseMs = 500;

/** False: the signal ended it. */
const pause = (signal: AbortSignal): Promise<boolean> =>
  delay(pauseMs, undefined, { signal, ref: false }).then(
    () => true,
    () => false,
  );

export function challengeBoard(gateway: Gateway): ChallengeBoard {
  const shown = new Set<readonly Challenge[]>();
  let tokens: readonly Challenge[] = [];
  let toldTokens = "";
  let absences = 0;
  let putting: Promise<void> = Promise.resolve();
  // One after another: the last that the gateway takes is then the whole.
  const put = (): Promise<void> => {
    const next = putting.then(async () => {
      const all = [...tokens, ...[...shown].flat()];
      await gateway.setChallenges(all);
    });
    putting = next.catch(() => undefined);
    return next;
  };
  return {
    async show(challenges, signal) {
      shown.add(challenges);
      const takeBack = async (): Promise<void> => {
        shown.delete(challenges);
        // A gateway that is away has forgotten them by itself.
        await put().catch(() => undefined);
      };
      for (let tries = 1; ; tries++) {
        try {
          await put();
          return takeBack;
        } catch (error) {
          const isOver = tries === mostTries || toAppError(error).code !== "unavailable" || !(await pause(signal));
          if (!isOver) continue;
          await takeBack();
          throw error;
        }
      }
    },
    async setTokens(next) {
      const told = JSON.stringify(next);
      tokens = next;
      if (told === toldTokens) return;
      await put();
      toldTokens = told;
    },
    again: put,
    absences: () => absences,
    noteAbsence() {
      absences++;
    },
  };
}
