import { AppError } from "@agentpod/core/errors";
import { label } from "@agentpod/runtimes/docker/names";
import type { AskEngine, EngineAnswer } from "./engine-client.ts";
import { EngineRefusal } from "./engine-refusal.ts";
import type { InstallationPin } from "./installation-pin.ts";

export type ContainerKind = "unit" | "firewall";
type Labels = Record<string, string>;

const mostRemembered = 5000;
const projectLabel = "com.docker.compose.project";

/**
 * Whose an object of the engine is, by the labels it was made with, which never change. Objects are then spoken of by id:
 * a name could be another's by the next moment. Each throws `forbidden` for what is not ours, `EngineRefusal` on absence.
 */
export interface EngineObjects {
  /** Id and kind of a container of this installation. */
  container(reference: string): Promise<{ id: string; kind: ContainerKind }>;
  /** Id of a container of AgentPod itself, which may join pods' networks. */
  ownContainer(reference: string): Promise<string>;
  /** Labels by which AgentPod's own containers are listed. */
  ownLabels(): Promise<string[]>;
  network(reference: string): Promise<{ id: string; labels: Labels }>;
  /** Name; labels are null where there is no such volume. */
  volume(name: string): Promise<{ labels: Labels | null }>;
  /** Labels of the image; null where there is none. Never refuses. */
  image(reference: string): Promise<{ labels: Labels } | null>;
  /** Container of an exec. */
  exec(id: string): Promise<{ container: string }>;
}

export function engineObjects(ask: AskEngine, pin: InstallationPin, attach: string | null, self: string | null): EngineObjects {
  const kinds = new Map<string, ContainerKind>();
  let project: Promise<string> | undefined;
  const isOurs = (labels: Labels | null | undefined) => pin.current() !== null && labels?.[label.installation] === pin.current();
  const own = (what: string, labels: Labels | null | undefined) => {
    if (!isOurs(labels)) throw new AppError("forbidden", `${what} is not of this installation`);
  };
  const inspect = async (path: string) => found(await ask(path));
  const ownProject = () => {
    project ??= (async () => {
      if (attach === null || self === null) throw new AppError("forbidden", "no container may join pods' networks here");
      const { Config } = (await inspect(`/containers/${self}/json`)) as { Config: { Labels: Labels | null } };
      const name = Config.Labels?.[projectLabel];
      if (name === undefined) throw new AppError("forbidden", "the proxy's own container is of no compose project");
      return name;
    })();
    project.catch(() => {
      project = undefined;
    });
    return project;
  };

  const objects: EngineObjects = {
    async container(reference) {
      const known = kinds.get(reference);
      if (known) return { id: reference, kind: known };
      const { Id, Config } = (await inspect(`/containers/${reference}/json`)) as { Id: string; Config: { Labels: Labels | null } };
      own("the container", Config.Labels);
      const kind = Config.Labels?.[label.unit] === undefined ? "firewall" : "unit";
      if (kinds.size > mostRemembered) kinds.clear();
      kinds.set(Id, kind);
      return { id: Id, kind };
    },
    async ownContainer(reference) {
      const labels = await objects.ownLabels();
      const { Id, Config } = (await inspect(`/containers/${reference}/json`)) as { Id: string; Config: { Labels: Labels | null } };
      const has = Object.entries(Config.Labels ?? {}).map(([key, value]) => `${key}=${value}`);
      if (!labels.every((one) => has.includes(one)))
        throw new AppError("forbidden", "only AgentPod's own containers may join a pod's network");
      return Id;
    },
    ownLabels: async () => [attach ?? "", `${projectLabel}=${await ownProject()}`],
    async network(reference) {
      const { Id, Labels } = (await inspect(`/networks/${reference}`)) as { Id: string; Labels: Labels | null };
      own("the network", Labels);
      return { id: Id, labels: Labels ?? {} };
    },
    async volume(name) {
      const answer = await ask(`/volumes/${name}`);
      if (answer.status === 404) return { labels: null };
      const { Labels } = found(answer) as { Labels: Labels | null };
      own("the volume", Labels);
      return { labels: Labels ?? {} };
    },
    async image(reference) {
      const answer = await ask(`/images/${reference}/json`);
      if (answer.status === 404) return null;
      return { labels: (found(answer) as { Config: { Labels?: Labels | null } | null }).Config?.Labels ?? {} };
    },
    async exec(id) {
      const { ContainerID } = (await inspect(`/exec/${id}/json`)) as { ContainerID: string };
      return { container: (await objects.container(ContainerID)).id };
    },
  };
  return objects;
}

function found({ status, value }: EngineAnswer): unknown {
  if (status !== 200) throw new EngineRefusal(status, value);
  return value;
}
