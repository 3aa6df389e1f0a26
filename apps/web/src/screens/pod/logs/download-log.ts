import type { PodView } from "@agentpod/core/api/pod-view";
import { api } from "../../../api/client.ts";
import { type LogWish, logsQuery } from "./use-log.ts";

const lines = 1_000_000;

/** Fetches the log as wished, not the part in sight alone, and hands it to the browser as a file. */
export async function downloadLog({ tenant, name }: PodView, wish: LogWish): Promise<void> {
  const parts: string[] = [];
  const query = { ...logsQuery({ ...wish, follow: false }), ...(typeof wish.since === "number" ? { tail: lines } : {}) };
  for await (const { at, unit, text } of api.pods.logs(tenant, name, query)) parts.push(`${at ?? ""} ${unit} ${text}\n`);
  const url = URL.createObjectURL(new Blob(parts, { type: "text/plain" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `${tenant}-${name}.log`;
  link.click();
  URL.revokeObjectURL(url);
}
