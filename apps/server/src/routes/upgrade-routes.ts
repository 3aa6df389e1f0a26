import { randomUUID } from "node:crypto";
import { upgradeLineView, upgradeRequest, upgradeSelection, upgradeView } from "@agentpod/core/api/upgrade-view";
import { AppError } from "@agentpod/core/errors";
import { name } from "@agentpod/core/name";
import type { Pod } from "@agentpod/core/pod";
import { refusedIssues, type UpgradeLine } from "@agentpod/core/upgrade-plan";
import { z } from "zod";
import { needs, requirePlatform } from "../auth/access.ts";
import { objectName } from "../volume-backups/queue-backup.ts";
import { queueOperation } from "../workflows/queue-operation.ts";
import { type UpgradeTarget, upgradeKind } from "../workflows/upgrade-pods.ts";
import { count, flag } from "./path-params.ts";
import { planUpgrade } from "./plan-upgrade.ts";
import { route } from "./route.ts";

const tag = "Pods";

export const upgradeRoutes = [
  route({
    id: "planUpgrade",
    method: "get",
    path: "/upgrades/plan",
    tag,
    summary: "What an upgrade would do with which pod; nothing is changed",
    access: needs("pod.write"),
    query: z.strictObject({
      tenant: name.optional(),
      pod: name.optional(),
      /** `<tenant>/<pod>` each, with commas between. */
      pods: z
        .string()
        .transform((text) => text.split(","))
        .pipe(upgradeSelection.shape.pods.unwrap())
        .optional(),
      template: name.optional(),
      all: flag,
      to: count(1, 999_999_999).optional(),
      withState: z
        .enum(["true", "false"], "true or false")
        .default("true")
        .transform((value) => value === "true"),
    }),
    answer: { status: 200, schema: z.array(upgradeLineView), description: "By name of tenant and pod" },
    handle: ({ query, deps, principal, read }) => read(async (store) => (await planUpgrade(store, deps, principal.actor, query)).plan),
  }),
  route({
    id: "upgradePods",
    method: "post",
    path: "/upgrades",
    tag,
    summary: "Bring pods to a newer version of their templates, wave by wave: each has to be healthy, else it is rolled back",
    access: needs("pod.write"),
    audit: "pod.upgrade_asked",
    body: upgradeRequest,
    answer: { status: 202, schema: upgradeView, description: "Accepted: the plan, and the operation that carries it out" },
    handle: ({ body, deps, principal, change }) =>
      change(async (store, note) => {
        const { plan, pods, tenant } = await planUpgrade(store, deps, principal.actor, body);
        const issues = refusedIssues(plan);
        const [first] = issues;
        if (first) {
          const rest = issues.length > 1 ? ` (and ${issues.length - 1} more)` : "";
          throw new AppError("invalid", `Nothing was changed. ${first.path}: expected ${first.expected}${rest}.`, { issues });
        }
        if (tenant === null) requirePlatform(principal, "an upgrade of pods of several tenants");
        const about = { tenantId: tenant?.id ?? null, tenant: tenant?.name ?? null };
        if (pods.length === 0) {
          note({ ...about, message: "an upgrade was asked for; there was nothing to upgrade" });
          return { plan, operation: null };
        }
        const targets = plan.flatMap((line) => targetOf(line, pods, deps.clock()));
        const { atOnce, stopAfter, settleSeconds, timeoutSeconds } = body;
        const input = { pods: targets, atOnce, stopAfter, settleSeconds, timeoutSeconds };
        const operation = await queueOperation(store, upgradeKind, { input, tenant, pods, actor: principal.actor });
        const names = pods.length === 1 ? (targets[0]?.name ?? "") : String(pods.length);
        note({
          ...about,
          message: pods.length === 1 ? `an upgrade of pod ${names} was asked for` : `an upgrade of ${names} pods was asked for`,
          data: { operation: operation.id, pods: targets.map(({ name: pod, from, to }) => ({ pod, from, to })) },
        });
        return { plan, operation: { ...operation, steps: [] } };
      }),
  }),
];

/** What the operation does with a pod; backups are named now, so that a step that is made again makes the same one. */
function targetOf({ id, pod: name, template, from, to, action, withState }: UpgradeLine, pods: readonly Pod[], at: Date): UpgradeTarget[] {
  const pod = pods.find((one) => one.id === id);
  if (action !== "upgrade" || template === null || from === null || to === null || pod === undefined) return [];
  const backup = randomUUID();
  return [{ id, name, template, from, to, state: withState ? { backup, object: objectName(pod, backup, at) } : null }];
}
