import type { LogsQuery } from "@agentpod/client/api-calls";
import { type AppError, toAppError } from "@agentpod/core/errors";
import { useEffect, useState, useSyncExternalStore } from "react";
import { api } from "../../../api/client.ts";
import { type LogBuffer, type LogLine, logBuffer } from "./log-buffer.ts";

export interface LogWish {
  /** Empty: all units. */
  unit: string;
  /** RFC 3339; empty: the last lines. */
  since: string;
  follow: boolean;
}

const tail = 5000;
const againMs = 1000;

/** What of the log is asked for. */
export const logsQuery = ({ unit, since, follow }: LogWish): LogsQuery => ({
  ...(unit === "" ? {} : { unit }),
  ...(since === "" ? { tail } : { since }),
  follow,
});

/** The lines of a pod's log as they come; a follower whose connection breaks goes on where it was. */
export function useLog(
  tenant: string,
  pod: string,
  wish: LogWish,
): { lines: readonly LogLine[]; error: AppError | null; isReading: boolean } {
  const { unit, since, follow } = wish;
  const [buffer, setBuffer] = useState(logBuffer);
  const [error, setError] = useState<AppError | null>(null);
  const [isReading, setReading] = useState(true);
  useEffect(() => {
    const fresh = logBuffer();
    const reading = new AbortController();
    setBuffer(fresh);
    setReading(true);
    setError(null);
    read(fresh, tenant, pod, { unit, since, follow }, reading.signal, setError).finally(() => !reading.signal.aborted && setReading(false));
    return () => reading.abort();
  }, [tenant, pod, unit, since, follow]);
  const lines = useSyncExternalStore(buffer.subscribe, buffer.lines);
  return { lines, error, isReading };
}

async function read(
  buffer: LogBuffer,
  tenant: string,
  pod: string,
  wish: LogWish,
  signal: AbortSignal,
  onError: (error: AppError | null) => void,
): Promise<void> {
  let last = wish.since;
  do {
    try {
      for await (const line of api.pods.logs(tenant, pod, logsQuery({ ...wish, since: last }), signal)) {
        onError(null);
        if (line.at !== null) last = after(line.at);
        buffer.add(line);
      }
      // A follower's stream ends with its pod.
      return;
    } catch (thrown) {
      if (signal.aborted) return;
      const error = toAppError(thrown);
      onError(error);
      if (error.code !== "unavailable") return;
      await new Promise((resolve) => setTimeout(resolve, againMs));
    }
  } while (wish.follow && !signal.aborted);
}

/** A moment later: the line itself has been shown. */
const after = (at: string): string => new Date(Date.parse(at) + 1).toISOString();
