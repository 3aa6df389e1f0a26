import type { AddAlertRuleRequest, AlertRuleView } from "@agentpod/core/api/alert-view";
import type { LogLevel } from "@agentpod/core/log-level";

/** The form's fields as the API takes them; a number that is none goes as it is, and the API says so at its field. */
export function ruleOf(form: FormData, kind: AlertRuleView["kind"]): AddAlertRuleRequest {
  const text = (name: string): string => String(form.get(name) ?? "").trim();
  const minutes = Number(text("minutes"));
  const ofLog = { text: text("text") || null, level: (text("level") || null) as LogLevel | null, withinMinutes: numberOf(text("within")) };
  return {
    name: text("name"),
    kind: kind as AddAlertRuleRequest["kind"],
    pod: text("pod") === "" ? null : text("pod"),
    threshold: text("threshold") === "" ? null : numberOf(text("threshold")),
    forSeconds: Number.isFinite(minutes) ? Math.round(minutes * 60) : numberOf(text("minutes")),
    channels: form.getAll("channels").map(String),
    ...(kind === "log" ? ofLog : {}),
  };
}

const numberOf = (text: string): number => (Number.isFinite(Number(text)) ? Number(text) : (text as unknown as number));
