import { channelName } from "./channel-health.ts";
import type { NewEvent } from "./event.ts";
import { crashLoopAt } from "./plan-backoff.ts";
import type { Pod } from "./pod.ts";
import type { Failure, PodStatus } from "./status.ts";

/** What is worth telling about a change of status; the system is the actor. */
export function statusEvents(pod: Pod, next: PodStatus): NewEvent[] {
  const before = pod.status;
  const event = (type: string, message: string, data: Record<string, unknown>, result: NewEvent["result"] = "ok"): NewEvent => ({
    type,
    tenant: pod.tenant,
    pod: pod.name,
    podId: pod.id,
    actor: "system",
    source: null,
    result,
    message,
    data,
  });
  const events: NewEvent[] = [];
  for (const [unit, failure] of Object.entries(next.failures)) {
    if (before.failures[unit]?.count === failure.count && before.failures[unit]?.revision === failure.revision) continue;
    events.push(event("unit.failed", failure.message, failureData(unit, failure), "failed"));
    if (failure.count === crashLoopAt || (!failure.retry && failure.count === 1))
      events.push(
        event("pod.alert", `${pod.tenant}/${pod.name} needs attention: ${failure.message}`, failureData(unit, failure), "failed"),
      );
  }
  for (const unit of next.units) {
    const old = before.units.find((u) => u.name === unit.name && u.revision === unit.revision);
    if (unit.state === "running" && unit.runId !== null && (old?.runId !== unit.runId || old.state !== "running"))
      events.push(
        event(unit.restarts > 0 ? "unit.restarted" : "unit.started", `${unit.name} runs.`, {
          unit: unit.name,
          revision: unit.revision,
          restarts: unit.restarts,
        }),
      );
    if (old && old.health !== unit.health && unit.runId === old.runId && ["healthy", "unhealthy"].includes(unit.health))
      events.push(
        event(
          `unit.${unit.health}`,
          unit.health === "healthy" ? `${unit.name} is healthy.` : `${unit.name} is not healthy: ${unit.message ?? ""}`,
          { unit: unit.name },
        ),
      );
  }
  for (const unit of next.units) {
    const old = before.units.find((u) => u.name === unit.name)?.live;
    const { live } = unit;
    if (live === undefined || (old?.runId === live.runId && old.revision === live.revision && old.state === live.state)) continue;
    if (live.state === "applied")
      events.push(event("unit.settings_applied", `${unit.name} took its new settings without a restart.`, { unit: unit.name }));
    if (live.state === "refused")
      events.push(
        event(
          "unit.settings_refused",
          `${unit.name} did not take its new settings while it runs (${live.message ?? ""}): it is made anew with them.`,
          { unit: unit.name },
          "failed",
        ),
      );
  }
  for (const unit of next.units) {
    const known = before.units.find((u) => u.name === unit.name)?.channels;
    for (const channel of unit.channels ?? []) {
      const old = known?.find((one) => one.channel === channel.channel && one.account === channel.account);
      const data = { unit: unit.name, channel: channel.channel, account: channel.account };
      const name = channelName(channel);
      if (channel.state === "lost" && old?.state !== "lost")
        events.push(event("channel.lost", `${name} is lost: ${channel.message}.`, data, "failed"));
      if (channel.state === "ok" && old?.state === "lost") events.push(event("channel.regained", `${name} works again.`, data));
    }
  }
  if (before.phase !== next.phase || before.observedGeneration !== next.observedGeneration)
    events.push(event("pod.phase_changed", next.message, { from: before.phase, to: next.phase, generation: next.observedGeneration }));
  return events;
}

function failureData(unit: string, failure: Failure): Record<string, unknown> {
  return { unit, reason: failure.reason, count: failure.count, fault: failure.fault, retry: failure.retry };
}
