import { setTimeout as delay } from "node:timers/promises";
import type { DoctorLine } from "@agentpod/core/api/platform-view";
import { reclaimable } from "@agentpod/core/clean-up";
import type { CleanUps } from "./clean-ups.ts";

/** An engine with many volumes takes long to add them up. */
const mostMs = 15_000;
const mebi = 1024 * 1024;

/** For doctor: whether there is room for a build, and what a clean-up would give back. */
export async function checkCleanUp(cleanUps: Pick<CleanUps, "plan" | "status">): Promise<Omit<DoctorLine, "check">[]> {
  const { policy, disk, last } = await cleanUps.status();
  const plan = await Promise.race([cleanUps.plan(), delay(mostMs, null, { ref: false })]);
  const mb = plan && Math.round(reclaimable(plan) / mebi);
  const back = mb === null ? "What a clean-up would give back was not added up in time." : `A clean-up would give back ${mb} MB.`;
  const lines: Omit<DoctorLine, "check">[] = [];
  for (const [free, where] of [
    [disk.home?.freeMb, "home"],
    [disk.runtime?.freeMb, "runtime"],
  ] as const) {
    if (free === undefined || free >= policy.freeMb) continue;
    const message =
      where === "home"
        ? `Only ${free} MB are free where the home lies; builds want ${policy.freeMb} MB. ${back}`
        : `Only ${free} MB are free where images and pods lie; builds want ${policy.freeMb} MB. ${back}`;
    lines.push({ status: "warning", message, advice: "Run agentpod clean-up run, delete what is not needed, or add disk." });
  }
  if (lines.length === 0) lines.push({ status: "ok", message: back, advice: null });
  const problems = [...new Set([...(plan?.problems ?? []), ...(last?.problems ?? [])])];
  for (const problem of problems) lines.push({ status: "warning", message: problem, advice: "The next clean-up tries again." });
  return lines;
}
