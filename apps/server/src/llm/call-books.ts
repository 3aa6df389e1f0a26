import { setInterval } from "node:timers";
import { budgetPeriods, budgetWarnings } from "@agentpod/core/llm/llm-budget";
import type { LlmCaller, LlmSettled } from "@agentpod/core/llm/llm-store";
import type { LlmTokens } from "@agentpod/core/llm/llm-tokens";
import type { Database, Store } from "@agentpod/core/store";
import type { Log } from "../app-deps.ts";
import { causeChain } from "../http-error.ts";
import { budgetEvent } from "./budget-events.ts";

export interface CallBooksDeps {
  database: Database;
  /** The same after a restart: what the one before left under way is counted then. */
  owner: string;
  clock(): Date;
  log: Pick<Log, "error">;
}

/** What of a call under way is known so far. */
export type SeenOfCall = () => { tokens: LlmTokens; costNano: number };

/** Calls under way, told to the database as they go, and counted when they end. */
export interface CallBooks {
  begin(id: string, seen: SeenOfCall): void;
  /** Counts a call; once it resolves no death of this process loses it. Where the database is away it is tried again, and this resolves. */
  end(settled: LlmSettled, caller: Pick<LlmCaller, "tenantId" | "podId">, mayWarn: boolean): Promise<void>;
  /** Tells and tries again now; what others left is counted. */
  tick(): Promise<void>;
  /** Resolves when everything that has ended is counted, or cannot be. */
  stop(): Promise<void>;
}

const tellMs = 5000;
/** A control plane that was silent so long is dead. */
const deadMs = 300_000;

export function callBooks({ database, owner, clock, log }: CallBooksDeps): CallBooks {
  const underWay = new Map<string, SeenOfCall>();
  const unsaved: [settled: LlmSettled, caller: Pick<LlmCaller, "tenantId" | "podId">, mayWarn: boolean, at: Date][] = [];
  let hadCalls = false;

  const failed = (error: unknown): void => log.error({ causes: causeChain(error) }, "calls of models under way could not be told");
  const warnings = new Set<Promise<void>>();
  const save = async (...[settled, caller, mayWarn, at]: (typeof unsaved)[number]): Promise<void> => {
    await database.llmCalls.settle(settled, at);
    if (!mayWarn) return;
    // Nobody's answer waits for it.
    const told = database.asSystem((store) => warn(store, caller, at)).catch(failed);
    warnings.add(told);
    void told.finally(() => warnings.delete(told));
  };
  const saveAgain = async (): Promise<void> => {
    for (const one of unsaved.splice(0)) await save(...one).catch(() => unsaved.push(one));
  };
  const tick = async (): Promise<void> => {
    const now = clock();
    await saveAgain();
    const seen = [...underWay].map(([id, look]) => ({ id, ...look() }));
    // Nothing is told while nothing goes on: an idle installation stays idle.
    if (seen.length === 0 && !hadCalls) return;
    hadCalls = seen.length > 0;
    await database.asSystem(async (store) => {
      await store.llmUsage.progress(owner, seen, now);
      await store.llmUsage.settleLost(null, new Date(now.getTime() - deadMs), now);
    });
  };

  // What this control plane left when it was killed, and what others did that never came back.
  const begun = database
    .asSystem((store) => store.llmUsage.settleLost(owner, new Date(clock().getTime() - deadMs), clock()))
    .then(() => undefined, failed);
  const timer = setInterval(() => void tick().catch(failed), tellMs);
  timer.unref();

  return {
    begin(id, seen) {
      underWay.set(id, seen);
      hadCalls = true;
    },
    async end(...about) {
      const one = [...about, clock()] as const satisfies (typeof unsaved)[number];
      underWay.delete(one[0].id);
      await save(...one).catch((error: unknown) => {
        log.error({ causes: causeChain(error) }, "a call of a model could not be counted; it is tried again");
        unsaved.push([...one]);
      });
    },
    tick,
    async stop() {
      clearInterval(timer);
      await begun;
      await saveAgain();
      await Promise.all(warnings);
    },
  };
}

async function warn(store: Store, caller: Pick<LlmCaller, "tenantId" | "podId">, now: Date): Promise<void> {
  const { month, day } = budgetPeriods(now);
  for (const { budget, used } of await store.llmUsage.lookAtBudgets(caller, now)) {
    for (const limit of budgetWarnings(budget, used)) {
      if (await store.llmUsage.tellOnce(budget.id, limit, "warned", limit === "money" ? month : day))
        await store.events.append(budgetEvent(budget, limit, "warned", used));
    }
  }
}
