import { toAppError } from "@agentpod/core/errors";
import { useEffect, useRef, useState } from "react";
import { api } from "../../api/client.ts";

export interface Turn {
  id: number;
  question: string;
  answer: string;
  /** `failed`: `problem` says why. */
  state: "waiting" | "answering" | "done" | "failed";
  /** The API's own sentence. */
  problem: string;
}

export interface Conversation {
  turns: readonly Turn[];
  isUnderWay: boolean;
  ask(question: string): void;
  /** Ends the answer that is under way, and the agent's work on it. */
  stop(): void;
  /** Begins anew: the agent remembers nothing of what was said. */
  clear(): void;
}

/** What was said to an agent on this page, which forgets it when it is left; so is the agent's work on an answer. */
export function useConversation(tenant: string, pod: string): Conversation {
  const [turns, setTurns] = useState<readonly Turn[]>([]);
  const name = useRef("");
  const asked = useRef(0);
  const underWay = useRef<AbortController | null>(null);
  useEffect(() => () => underWay.current?.abort(), []);
  const change = (id: number, next: (turn: Turn) => Partial<Turn>): void =>
    setTurns((before) => before.map((turn) => (turn.id === id ? { ...turn, ...next(turn) } : turn)));

  const ask = async (question: string): Promise<void> => {
    const asking = new AbortController();
    underWay.current = asking;
    const id = asked.current++;
    if (name.current === "") name.current = newName();
    setTurns((before) => [...before, { id, question, answer: "", state: "waiting", problem: "" }]);
    try {
      for await (const line of api.agents.ask(tenant, pod, { message: question, conversation: name.current }, asking.signal)) {
        if (line.kind === "accepted") change(id, () => ({ state: "answering" }));
        else if (line.kind === "text") change(id, ({ answer }) => ({ answer: answer + line.text }));
        else change(id, () => (line.kind === "end" ? { state: "done" } : { state: "failed", problem: line.message }));
      }
      // Stopped, by whoever asked.
      change(id, ({ state }) => (state === "failed" ? {} : { state: "done" }));
    } catch (thrown) {
      change(id, () => (asking.signal.aborted ? { state: "done" } : { state: "failed", problem: toAppError(thrown).message }));
    } finally {
      if (underWay.current === asking) underWay.current = null;
    }
  };
  return {
    turns,
    isUnderWay: turns.some(({ state }) => state === "waiting" || state === "answering"),
    ask: (question) => void ask(question),
    stop: () => underWay.current?.abort(),
    clear: () => {
      underWay.current?.abort();
      name.current = "";
      setTurns([]);
    },
  };
}

/** Without a secure context browsers make no UUIDs. */
const newName = (): string => Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
