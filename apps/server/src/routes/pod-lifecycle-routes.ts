import { checkAdmission, type MachineRoom } from "@agentpod/core/admission-check";
import { podView } from "@agentpod/core/api/pod-view";
import { AppError } from "@agentpod/core/errors";
import type { Pod } from "@agentpod/core/pod";
import { podLabel } from "@agentpod/core/pod";
import { checkQuota } from "@agentpod/core/quota-check";
import type { Store } from "@agentpod/core/store";
import { wakeTimeOf } from "../agents/before-sleep.ts";
import { needs } from "../auth/access.ts";
import { notePod } from "./note-pod.ts";
import { podParams } from "./path-params.ts";
import { route } from "./route.ts";
import { viewPod } from "./show-pod.ts";

const verb = (
  name: "start" | "stop" | "restart",
  done: string,
  summary: string,
  apply: (store: Store, pod: Pod, machine: MachineRoom | null) => Promise<Pod>,
) =>
  route({
    id: `${name}Pod`,
    method: "post",
    path: `/tenants/{tenant}/pods/{pod}/${name}`,
    tag: "Pods",
    summary,
    access: needs("pod.write"),
    audit: `pod.${done}`,
    params: podParams,
    answer: { status: 202, schema: podView, description: "Accepted: the pod as it is to be; watch its status" },
    async handle({ params, deps, change }) {
      const machine = await deps.machine();
      return change(async (store, note) => {
        const pod = await apply(store, await store.pods.get(params.tenant, params.pod), machine);
        note(notePod(pod, `${name} of pod ${podLabel(pod)} was asked for`, { generation: pod.generation }));
        return viewPod(store, pod, deps);
      });
    },
  });

/** Throws `invalid` for a running pod that cannot sleep. */
function checkSleep(pod: Pod): void {
  if (pod.desired !== "running") return;
  if (pod.spec.lifecycle === "task") throw new AppError("invalid", `pod ${podLabel(pod)} is a task, which ends by itself; stop it instead`);
  if (pod.spec.routes.length === 0)
    throw new AppError("invalid", `pod ${podLabel(pod)} has no route, so that no request could wake it; stop it instead`);
}

export const podLifecycleRoutes = [
  verb("start", "started", "Run a stopped or sleeping pod; a running one stays as it is", async (store, pod, machine) => {
    if (pod.desired === "running") return pod;
    const tenant = await store.tenants.get(pod.tenant);
    checkQuota(tenant, await store.pods.list({ tenant: tenant.name }), pod.spec, pod.id);
    if (machine !== null) checkAdmission(pod.spec, machine);
    return store.pods.setDesired(pod.id, "running");
  }),
  verb("stop", "stopped", "Stop a pod; data and address stay", async (store, pod) =>
    pod.desired === "stopped" ? pod : store.pods.setDesired(pod.id, "stopped"),
  ),
  route({
    id: "sleepPod",
    method: "post",
    path: "/tenants/{tenant}/pods/{pod}/sleep",
    tag: "Pods",
    summary: "Stop a pod until the next request to one of its routes, or a job of its own; a stopped one stays stopped",
    access: needs("pod.write"),
    audit: "pod.put_to_sleep",
    params: podParams,
    answer: { status: 202, schema: podView, description: "Accepted: the pod as it is to be; watch its status" },
    async handle({ params, deps, read, change }) {
      const seen = await read((store) => store.pods.get(params.tenant, params.pod));
      checkSleep(seen);
      const token = (secret: string) => read(async (store) => (await store.secrets.reveal(seen.id))[secret] ?? "");
      const wakeAt = await wakeTimeOf(seen, token, deps);
      return change(async (store, note) => {
        const pod =
          seen.desired === "running" ? await store.pods.setDesired(seen.id, "sleeping", undefined, seen.generation, wakeAt) : seen;
        note(notePod(pod, `sleep of pod ${podLabel(pod)} was asked for`, { generation: pod.generation }));
        return viewPod(store, pod, deps);
      });
    },
  }),
  verb("restart", "restarted", "Replace every unit by a new run of the same", (store, pod) => store.pods.restart(pod.id)),
];
