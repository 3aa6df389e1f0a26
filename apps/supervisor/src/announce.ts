import type { Settings } from "@agentpod/host/settings";

export interface Ready {
  ready: true;
  /** Only when the first admin has been made. */
  admin: { email: string; password: string } | null;
  runtime: string;
}

export function isReady(message: unknown): message is Ready {
  return typeof message === "object" && message !== null && (message as Partial<Ready>).ready === true;
}

/** The server cannot start with these settings; trying again would not help. */
export function isRefusal(message: unknown): message is { refused: string } {
  return typeof message === "object" && message !== null && typeof (message as { refused?: unknown }).refused === "string";
}

/** What is said once AgentPod serves. */
export function announcement(settings: Settings, ready: Ready): string {
  const url = settings.publicUrl ?? `http://localhost:${settings.port}`;
  const lines = [`AgentPod is ready: ${url}`, ""];
  if (ready.admin)
    lines.push(
      "  Admin login (shown this once; the CLI on this machine needs none):",
      `    email      ${ready.admin.email}`,
      `    password   ${ready.admin.password}`,
      `    elsewhere  ./agentpod login ${url}`,
      "",
    );
  const why = settings.runtime === "process" ? " (AGENTPOD_RUNTIME=process)" : ": no engine answered";
  const notes: Record<string, string> = {
    process: `  Pods run as local processes${why}. Fine for a trial, but no isolation boundary.`,
    memory: "  Pods are simulated (AGENTPOD_RUNTIME=memory): nothing really runs.",
  };
  const note = notes[ready.runtime];
  if (note) lines.push(note, "");
  lines.push("  Next:  ./agentpod tenant create acme && ./agentpod pod create acme/web --template hello --wait", "");
  return lines.join("\n");
}
