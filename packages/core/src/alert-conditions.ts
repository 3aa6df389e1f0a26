import { type Alert, type AlertKind, type AlertRule, builtInAlertKinds, logAlertDefaults } from "./alert.ts";
import type { Certificate } from "./certificate.ts";
import { channelName, lostChannels } from "./channel-health.ts";
import type { Domain } from "./domain.ts";
import { budgetPercents, budgetWarnings, type LlmBudget, type LlmUsed } from "./llm/llm-budget.ts";
import type { MetricPoint } from "./metric.ts";
import { crashLoopAt } from "./plan-backoff.ts";
import type { Pod } from "./pod.ts";

/** What rules are held against. */
export interface AlertFacts {
  pods: readonly Pick<Pod, "id" | "tenantId" | "tenant" | "name" | "desired" | "status" | "spec">[];
  /** What pods (by id) used last; one that is not there was not measured. */
  usage: ReadonlyMap<string, Pick<MetricPoint, "cpuCores" | "memoryBytes" | "memoryLimitBytes">>;
  certificates: readonly Certificate[];
  domains: readonly Domain[];
  /** Pods of which events told a crash loop since the last look, whatever is true of them by now. */
  crashed: readonly { podId: string; message: string }[];
  /** Free MiB where the home lies; null where it cannot be known. */
  diskFreeMb: number | null;
  /** Why the gateway does not serve; null: it does. */
  gatewayProblem: string | null;
  /** By rule about logs and pod: lines it is about within its minutes, and one of them. */
  logMatches: readonly { ruleId: string; podId: string; count: number; sample: string }[];
  /** Budgets for models, and what is used of each. */
  llmBudgets: readonly { budget: LlmBudget; used: LlmUsed }[];
  /** Why AgentPod's own backups are not as they should be; null: they are, or none are wanted. */
  backupProblem: string | null;
  /** By pod id: why the backups of its volumes, or their drills, are not as their schedule wants them. */
  podBackupProblems: ReadonlyMap<string, string>;
}

/** A rule as it is looked for: a stored one, or a built-in one for everybody. */
export type LookedFor = Pick<AlertRule, "name" | "kind" | "tenantId" | "pod" | "threshold" | "forSeconds"> &
  Partial<Pick<AlertRule, "text" | "level" | "withinMinutes">> & { id: string | null };

/** Something that a rule finds to be so. */
export type Condition = Pick<Alert, "ruleId" | "rule" | "kind" | "tenantId" | "tenant" | "subject" | "subjectName" | "message"> & {
  forSeconds: number;
};

type Found = Pick<Condition, "tenantId" | "tenant" | "subject" | "subjectName" | "message">;

/** Three failures in a row, a backup that failed, and a lost channel always alert. */
const builtInRules: readonly LookedFor[] = builtInAlertKinds.map((kind) => ({
  id: null,
  name: kind,
  kind,
  tenantId: null,
  pod: null,
  threshold: null,
  forSeconds: 0,
}));

/** Everything that is so now, by the built-in rules and these. */
export function conditionsOf(rules: readonly LookedFor[], facts: AlertFacts, now: Date): Condition[] {
  return [...builtInRules, ...rules].flatMap((rule) =>
    look[rule.kind](facts, rule, now)
      .filter((found) => rule.tenantId === null || found.tenantId === rule.tenantId)
      .map((found) => ({ ...found, ruleId: rule.id, rule: rule.name, kind: rule.kind, forSeconds: rule.forSeconds })),
  );
}

const look: Record<AlertKind, (facts: AlertFacts, rule: LookedFor, now: Date) => Found[]> = {
  crash_loop: (facts, rule) =>
    ofPods(facts, rule, ({ id, status }) => {
      const failed = Object.entries(status.failures).find(([, failure]) => failure.count >= crashLoopAt);
      return failed === undefined
        ? (facts.crashed.find(({ podId }) => podId === id)?.message ?? null)
        : `${failed[0]} failed ${failed[1].count} times in a row: ${failed[1].message}`;
    }),
  // The process may be as well as can be: its customers do not reach it.
  channel: (facts, rule) =>
    ofPods(facts, rule, ({ status, desired }) => {
      if (desired !== "running") return null;
      const lost = status.units.flatMap(({ channels }) => lostChannels(channels));
      return lost.length === 0 ? null : lost.map((one) => `${channelName(one)} is lost: ${one.message}.`).join(" ");
    }),
  llm_budget: ({ llmBudgets }) =>
    llmBudgets.flatMap(({ budget, used }) => {
      const { money, tokens } = budgetPercents(budget, used);
      const [limit] = budgetWarnings(budget, used);
      if (limit === undefined) return [];
      const message =
        limit === "money"
          ? `${money} % of what it may spend on models this month are used.`
          : `${tokens} % of the tokens that it may use today are used.`;
      const subjectName = budget.pod === null ? budget.tenant : `${budget.tenant}/${budget.pod}`;
      return [{ tenantId: budget.tenantId, tenant: budget.tenant, subject: budget.id, subjectName, message }];
    }),
  deployment: (facts, rule) =>
    ofPods(facts, rule, ({ status }) => {
      const failed = Object.entries(status.failures).find(([, failure]) => !failure.retry);
      return failed === undefined ? null : `${failed[0]} cannot be started: ${failed[1].message}`;
    }),
  unhealthy: (facts, rule) =>
    ofPods(facts, rule, ({ status, desired }) => {
      if (desired !== "running") return null;
      const unit = status.units.find(({ health }) => health === "unhealthy");
      if (unit !== undefined) return `${unit.name} is not healthy: ${unit.message ?? "its probe fails"}`;
      return status.phase === "degraded" || status.phase === "failing" ? status.message : null;
    }),
  cpu: (facts, rule) =>
    ofPods(facts, rule, ({ id, spec }) => {
      const cores = facts.usage.get(id)?.cpuCores ?? null;
      return overLimit("CPU", cores, sum(spec.units.map(({ resources }) => resources.cpus)), rule);
    }),
  memory: (facts, rule) =>
    ofPods(facts, rule, ({ id }) => {
      const used = facts.usage.get(id);
      return overLimit("memory", used?.memoryBytes ?? null, used?.memoryLimitBytes ?? null, rule);
    }),
  certificate: ({ certificates }, { threshold }, now) =>
    certificates.flatMap(({ id, tenantId, tenant, names, issued, failures, message }) => {
      const days = issued === null ? null : Math.floor((Date.parse(issued.notAfter) - now.getTime()) / 86_400_000);
      const about = { tenantId, tenant, subject: id, subjectName: names.join(", ") };
      if (failures >= crashLoopAt) return [{ ...about, message: `The certificate could not be had ${failures} times: ${message}` }];
      if (days === null || days >= (threshold ?? 14)) return [];
      return [{ ...about, message: days < 0 ? "The certificate has ended." : `The certificate ends in ${days} days.` }];
    }),
  domain: ({ domains }) =>
    domains
      .filter(({ state, message }) => state === "verified" && message !== "")
      .map(({ id, tenantId, tenant, name, message }) => ({ tenantId, tenant, subject: id, subjectName: name, message })),
  backup: (facts, rule) => [
    ...(facts.backupProblem === null ? [] : [ofPlatform(facts.backupProblem)]),
    ...ofPods(facts, rule, ({ id }) => facts.podBackupProblems.get(id) ?? null),
  ],
  disk_low: ({ diskFreeMb }, { threshold }) => {
    const least = threshold ?? 1024;
    if (diskFreeMb === null || diskFreeMb >= least) return [];
    return [ofPlatform(`Only ${diskFreeMb} MB of disk are free; ${least} MB should be.`)];
  },
  log: (facts, rule) =>
    ofPods(facts, rule, ({ id }) => {
      const found = facts.logMatches.find(({ ruleId, podId }) => ruleId === rule.id && podId === id);
      const least = rule.threshold ?? logAlertDefaults.threshold;
      if (found === undefined || found.count < least) return null;
      const minutes = rule.withinMinutes ?? logAlertDefaults.withinMinutes;
      return `${least === 1 ? "A line came" : `${least} lines or more came`} within ${minutes} min, such as: ${found.sample}`;
    }),
  gateway: ({ gatewayProblem }) => (gatewayProblem === null ? [] : [ofPlatform(`The gateway does not serve: ${gatewayProblem}`)]),
};

/** Null where a figure is not known: what was not measured does not alert. */
function overLimit(what: string, used: number | null, limit: number | null, { threshold }: LookedFor): string | null {
  if (used === null || limit === null || limit <= 0) return null;
  const percent = (used / limit) * 100;
  return percent < (threshold ?? 90) ? null : `It uses ${Math.round(percent)} % of the ${what} that it may.`;
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

const ofPlatform = (message: string): Found => ({ tenantId: null, tenant: null, subject: "platform", subjectName: "AgentPod", message });

function ofPods(facts: AlertFacts, rule: LookedFor, problem: (pod: AlertFacts["pods"][number]) => string | null): Found[] {
  return facts.pods.flatMap((pod) => {
    const message = (rule.pod === null || rule.pod === pod.name) && pod.desired !== "deleted" ? problem(pod) : null;
    if (message === null) return [];
    return [{ tenantId: pod.tenantId, tenant: pod.tenant, subject: pod.id, subjectName: `${pod.tenant}/${pod.name}`, message }];
  });
}
