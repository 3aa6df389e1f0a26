import type { LogsQuery } from "@agentpod/client/api-calls";
import { type AppError, toAppError } from "@agentpod/core/errors";
import type { LogLevel } from "@agentpod/core/log-level";
import { useEffect, useState, useSyncExternalStore } from "react";
import { api } from "../../../api/client.ts";
import { type LogBuffer, type LogLine, logBuffer } from "./log-buffer.ts";
import { unseenLines } from "./unseen-lines.ts";

export interface LogWish {
  /** Empty: all units. */
  unit: string;
  /** RFC 3339, or how many of the last lines. */
  since: string | number;
  /** As bad as this, or worse; empty: all. */
  level: LogLevel | "";
  follow: boolean;
}

const againMs = 1000;

/** What of the log is asked for. */
export const logsQuery = ({ unit, since, level, follow }: LogWish): LogsQuery => ({
  ...(unit === "" ? {} : { unit }),
  ...(level === "" ? {} : { level }),
  ...(typeof since === "number" ? { tail: since } : { since }),
  follow,
});

/** The lines of a pod's log as they come; a follower whose connection breaks goes on where it was. */
export function useLog(
  tenant: string,
  pod: string,
  wish: LogWish,
): { lines: readonly LogLine[]; error: AppError | null; isReading: boolean } {
  const { unit, since, level, follow } = wish;
  const [buffer, setBuffer] = useState(logBuffer);
  const [error, setError] = useState<AppError | null>(null);
  const [isReading, setReading] = useState(true);
  useEffect(() => {
    const fresh = logBuffer();
    const reading = new AbortController();
    setBuffer(fresh);
    setReading(true);
    setError(null);
    read(fresh, tenant, pod, { unit, since, level, follow }, reading.signal, setError).finally(
      () => !reading.signal.aborted && setReading(false),
    );
    return () => reading.abort();
  }, [tenant, pod, unit, since, level, follow]);
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
  const unseen = unseenLines();
  let failed = false;
  do {
    try {
      for await (const line of api.pods.logs(tenant, pod, logsQuery({ ...wish, since: unseen.since() ?? wish.since }), signal)) {
        if (failed) onError(null);
        failed = false;
        if (unseen.isNew(line)) buffer.add(line);
      }
      // A follower's stream ends with its pod.
      return;
    } catch (thrown) {
      if (signal.aborted) return;
      const error = toAppError(thrown);
      failed = true;
      onError(error);
      if (error.code !== "unavailable") return;
      unseen.again();
      await new Promise((resolve) => setTimeout(resolve, againMs));
    }
  } while (wish.follow && !signal.aborted);
}
