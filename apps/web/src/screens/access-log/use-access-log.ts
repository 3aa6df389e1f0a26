import type { AppError } from "@agentpod/core/errors";
import { toAppError } from "@agentpod/core/errors";
import type { AccessLogLine } from "@agentpod/core/route-table";
import { useEffect, useState } from "react";
import { api } from "../../api/client.ts";

export type ShownRequest = AccessLogLine & { id: number };

const tail = 500;
const most = 5000;
const gatherMs = 150;
const againMs = 2000;

/** Requests as the gateway answers them, newest first. */
export function useAccessLog(): { requests: ShownRequest[]; error: AppError | null } {
  const [requests, setRequests] = useState<ShownRequest[]>([]);
  const [error, setError] = useState<AppError | null>(null);
  useEffect(() => {
    const reading = new AbortController();
    let fresh: ShownRequest[] = [];
    let next = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = (): void => {
      timer = undefined;
      const newest = fresh.reverse();
      fresh = [];
      setRequests((known) => [...newest, ...known].slice(0, most));
    };
    const read = async (): Promise<void> => {
      for (let first = true; !reading.signal.aborted; first = false) {
        try {
          for await (const line of api.accessLog({ tail: first ? tail : 0, follow: true }, reading.signal)) {
            fresh.push({ ...line, id: next++ });
            timer ??= setTimeout(show, gatherMs);
          }
          setError(null);
        } catch (thrown) {
          if (!reading.signal.aborted) setError(toAppError(thrown));
          if (toAppError(thrown).code !== "unavailable") return;
        }
        await new Promise((resolve) => setTimeout(resolve, againMs));
      }
    };
    void read();
    return () => {
      clearTimeout(timer);
      reading.abort();
    };
  }, []);
  return { requests, error };
}
