import {
  cleanUpPlanView,
  cleanUpPolicyView,
  cleanUpRunView,
  cleanUpStatus,
  setCleanUpPolicyRequest,
} from "@agentpod/core/api/clean-up-view";
import { cleanUpPolicy, reclaimable } from "@agentpod/core/clean-up";
import { needs, requirePlatform } from "../auth/access.ts";
import { cleanUpSentence } from "../clean-up/clean-up-event.ts";
import { readCleanUpPolicy, writeCleanUpPolicy } from "../clean-up/clean-up-settings.ts";
import { route } from "./route.ts";

const tag = "Clean-up";
const ofPlatform = { tenantId: null, tenant: null };

export const cleanUpRoutes = [
  route({
    id: "getCleanUp",
    method: "get",
    path: "/clean-up",
    tag,
    summary: "What is kept, how the last clean-up ended, and how much room there is",
    access: needs("platform.read"),
    answer: { status: 200, schema: cleanUpStatus, description: "Policy, last clean-up, room" },
    async handle({ principal, deps }) {
      requirePlatform(principal, "looking at clean-ups");
      return deps.cleanUps.status();
    },
  }),
  route({
    id: "planCleanUp",
    method: "get",
    path: "/clean-up/plan",
    tag,
    summary: "What would go now, and what stays, with the reasons; nothing is done. It may take a minute",
    access: needs("platform.read"),
    answer: { status: 200, schema: cleanUpPlanView, description: "The plan" },
    async handle({ principal, deps }) {
      requirePlatform(principal, "looking at clean-ups");
      const plan = await deps.cleanUps.plan();
      return { ...plan, bytes: reclaimable(plan) };
    },
  }),
  route({
    id: "cleanUp",
    method: "post",
    path: "/clean-up",
    tag,
    summary: "Take away what may go: old releases, code and images that nothing uses, uploads that were given up, caches beyond their room",
    access: needs("platform.settings"),
    audit: "clean_up.done",
    answer: { status: 200, schema: cleanUpRunView, description: "What went, and what could not be taken away" },
    async handle({ principal, deps, change }) {
      requirePlatform(principal, "cleaning up");
      const run = await deps.cleanUps.run(principal.actor);
      await change(async (_store, note) => note({ ...ofPlatform, message: cleanUpSentence(run), data: { ...run } }));
      return run;
    },
  }),
  route({
    id: "setCleanUpPolicy",
    method: "put",
    path: "/clean-up/policy",
    tag,
    summary: "How many releases are kept and for how long, how much room caches may take, how much has to be free before a build",
    access: needs("platform.settings"),
    audit: "clean_up.policy_changed",
    rows: "system",
    body: setCleanUpPolicyRequest,
    answer: { status: 200, schema: cleanUpPolicyView, description: "The policy" },
    async handle({ principal, body, change }) {
      requirePlatform(principal, "changing what is kept");
      return change(async (store, note) => {
        const before = await readCleanUpPolicy(store);
        const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
        const policy = cleanUpPolicy.parse({ ...before, ...given });
        await writeCleanUpPolicy(store, policy, principal.actor);
        note({ ...ofPlatform, message: "the policy of clean-ups was changed", data: { before, policy } });
        return policy;
      });
    },
  }),
];
