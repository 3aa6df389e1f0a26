import { posix } from "node:path";
import type { Readable } from "node:stream";
import { AppError } from "@agentpod/core/errors";
import type { Capabilities, LogLine, LogQuery, Runtime, UnitId } from "@agentpod/core/runtime";
import { keyedTurns } from "@agentpod/host/keyed-turns";
import { confinedTar } from "../confined-tar.ts";
import { noAdoption } from "../no-adoption.ts";
import { adoptContainer, releaseContainer } from "./adopt-container.ts";
import { adoptedOf } from "./adopted.ts";
import { beside } from "./beside.ts";
import { volumeBody } from "./body.ts";
import { buildTurns } from "./build-turns.ts";
import { caBundle } from "./ca-bundle.ts";
import { listIn, locateIn, removeIn } from "./container-files.ts";
import type { ContainerSummary } from "./container-summary.ts";
import { dialContainer, isRefused } from "./dial.ts";
import type { DockerOptions, DriverContext } from "./driver-context.ts";
import { engineAt } from "./engine.ts";
import { formatEngineAddress } from "./engine-address.ts";
import { isStatus, toDriverError } from "./engine-error.ts";
import { createUnit, ensureUnit, removeContainer } from "./ensure-unit.ts";
import { execIn } from "./exec.ts";
import { type Firewall, firewall } from "./firewall.ts";
import { listForeign } from "./foreign.ts";
import { type RestoreRules, restoreHere } from "./iptables.ts";
import { restoreInContainer } from "./iptables-in-container.ts";
import { logLines } from "./log-lines.ts";
import { nameServers } from "./name-servers.ts";
import { label } from "./names.ts";
import { listContainers, listVolumes, observeEngine, type Reach } from "./observe.ts";
import { joinAll, joinStarting, listOwn } from "./own-containers.ts";
import { preparePod, removePod } from "./pod-network.ts";
import { prepareImage } from "./prepare-image.ts";
import { RunFactsCache } from "./run-facts.ts";
import { sharedImages } from "./shared-images.ts";
import { StatsReader } from "./stats.ts";
import { engineRoom, listStored, removeStored } from "./stored.ts";
import { type Survey, surveyEngine } from "./survey.ts";
import { watchEngine } from "./watch.ts";

/** On one engine: each may fill a core and a disk. */
const buildsAtOnce = 2;

/**
 * Pods as containers of an engine: Docker 20.10 or later, or what answers on Podman's compatible socket. Resolves also
 * when the engine is away; what needs it then throws `unavailable`, and `can` is what such an engine usually can.
 */
export async function dockerRuntime(options: DockerOptions): Promise<Runtime> {
  const { installation } = options;
  // In containers itself, AgentPod sees no others than its own.
  const adopts = options.adopted !== undefined && !options.attach;
  const engine = engineAt(options.engine);
  const facts = new RunFactsCache();
  const stats = new StatsReader();
  const inTurn = keyedTurns();
  const adopted = adoptedOf(options.adopted);
  const can: Capabilities = {
    image: true,
    buildImage: true,
    exec: true,
    limits: true,
    egress: true,
    isolation: true,
    adopt: adopts,
  };

  let known: Promise<{ survey: Survey; firewall: Firewall | null }> | undefined;
  const surveyed = () => {
    known ??= surveyEngine(engine).then((survey) => {
      const restore = rulesBy(context, survey);
      const isGuarded = restore !== null;
      Object.assign(can, { limits: survey.limits, egress: isGuarded, isolation: isGuarded, adopt: adopts && mayAdopt(survey) });
      const plan = { installation, nameServers: nameServers(options.resolvConf), allowed: options.allowed ?? [] };
      return { survey, firewall: restore && firewall(plan, restore) };
    });
    known.catch(() => {
      known = undefined;
    });
    return known;
  };
  const context: DriverContext = {
    options,
    engine,
    installation,
    adopted,
    made: new Map(),
    ca: options.extraCa ? caBundle(options.extraCa) : null,
    turns: buildTurns(buildsAtOnce),
    sharedTurns: buildTurns(1),
    sharedImages: sharedImages(),
    facts,
    surveyed,
    images: new Map(),
    owners: new Map(),
  };
  const reach = async (): Promise<Reach> => ({ publish: !options.attach, local: (await surveyed()).survey.local });

  const find = async (id: UnitId): Promise<ContainerSummary | null> =>
    (await listContainers(engine, installation, adopted, [id.pod], id))[0] ?? null;
  const get = async (id: UnitId): Promise<ContainerSummary> => {
    const found = await find(id);
    if (!found) throw new AppError("not_found", `There is no container of unit ${id.unit} at revision ${id.revision}.`);
    return found;
  };
  const getRunning = async (id: UnitId): Promise<string> => {
    const { Id, State } = await get(id);
    if (State !== "running") throw new AppError("conflict", `Unit ${id.unit} is not running: nothing can be run in it.`);
    return Id;
  };
  const stop = async ({ Id }: ContainerSummary, graceSeconds: number) => {
    try {
      await engine.call("POST", `/containers/${Id}/stop`, { query: { t: graceSeconds }, timeoutMs: (graceSeconds + 60) * 1000 });
    } catch (error) {
      if (!isStatus(error, 404)) throw toDriverError(error, "A container could not be stopped");
    }
  };
  const unitKey = (id: UnitId) => `${id.pod}/${id.unit}/${id.revision}`;

  await surveyed().catch(() => undefined);
  // Before anything is probed. What cannot be joined now is when the watch begins.
  if (options.attach) await joinAll(context).catch(() => undefined);

  return {
    kind: "docker",
    can,

    async info() {
      // Asked anew: it may be another engine by now, or none.
      const [survey, { firewall: guard }] = await Promise.all([surveyEngine(engine), surveyed()]);
      const notes = [...survey.notes];
      if (!guard) notes.push(noFirewall(survey));
      if (options.attach && (await listOwn(context)).length === 0) notes.push(noOwnContainers(options.attach));
      return {
        kind: "docker",
        version: `${survey.podman ? "Podman" : "Docker"} ${survey.version} at ${formatEngineAddress(options.engine)}`,
        notes,
      };
    },

    preparePod: (scope) => inTurn(scope.pod, () => preparePod(context, scope)),
    prepareImage: (run, progress, signal) =>
      prepareImage(context, run, progress, () => inTurn(run.scope.pod, () => preparePod(context, run.scope)), signal),
    async ensureVolume(volume, scope) {
      const body = volumeBody(installation, scope, volume);
      try {
        // The engine gives back what is there under that name.
        const { Labels } = await engine.call<{ Labels: Record<string, string> | null }>("POST", "/volumes/create", { body });
        if (Labels?.[label.installation] !== installation)
          throw new AppError("conflict", `There is a volume ${body.Name} that is not AgentPod's: rename it.`);
      } catch (error) {
        throw toDriverError(error, `Volume ${volume.volume} could not be made`);
      }
    },
    create: (run) => inTurn(unitKey(run.id), () => createUnit(context, run)),
    ensure: (run) => inTurn(unitKey(run.id), () => ensureUnit(context, run)),
    async stop(id, graceSeconds) {
      const found = await find(id);
      if (found) await stop(found, graceSeconds);
    },
    async remove(id, graceSeconds) {
      const found = await find(id);
      if (!found) return;
      if (found.State === "running" && graceSeconds > 0) await stop(found, graceSeconds);
      try {
        // The unnamed volumes of one that was taken over hold its data.
        await removeContainer(engine, found.Id, found.adoption === undefined);
      } catch (error) {
        throw toDriverError(error, "A container could not be removed");
      }
    },
    async removeVolume(volume) {
      const more = { [label.unit]: volume.unit, [label.volume]: volume.volume };
      const brought = (await adopted.list()).some(({ id, volumes }) => id.pod === volume.pod && volumes.includes(volume.volume));
      if (brought) await removeBrought(context, volume.volume);
      for (const { Name } of await listVolumes(engine, installation, [volume.pod], more)) {
        try {
          await engine.call("DELETE", `/volumes/${Name}`);
        } catch (error) {
          if (!isStatus(error, 404)) throw toDriverError(error, `Volume ${volume.volume} could not be removed`);
        }
      }
    },
    removePod: (pod) => inTurn(pod, () => removePod(context, pod)),

    observe: async (pods) => observeEngine(engine, installation, adopted, pods, await reach(), facts),
    watch(signal) {
      // A new watch means that the engine, or the machine, may have been restarted.
      const begin = async () => (await surveyed()).firewall?.doubt();
      return (async function* () {
        await begin();
        const watched = (until: AbortSignal) => watchEngine(engine, installation, adopts ? adopted : null, facts, until);
        yield* options.attach ? beside(watched, (until) => joinStarting(context, until), signal) : watched(signal);
      })();
    },

    async dial(id, port) {
      // Probes dial every unit again and again: where it is need not be asked each time.
      const known = facts.listed(unitKey(id));
      if (known) {
        try {
          return await dialContainer(known, port, options.engine, installation, await reach());
        } catch (error) {
          // Something answered there: it is up and does not listen (yet).
          if (isRefused(error)) throw error;
          facts.forget(known.Id);
        }
      }
      const summary = await get(id);
      facts.list(unitKey(id), summary);
      return dialContainer(summary, port, options.engine, installation, await reach());
    },
    logs: (id, query) => readLogs(id, query),
    exec: async (id, request) => execIn(engine, await getRunning(id), request),
    async readFiles(id, path) {
      const { Id } = await get(id);
      try {
        return await engine.stream("GET", `/containers/${Id}/archive`, { query: { path: plainPath(path) } });
      } catch (error) {
        throw toDriverError(error, `${path} cannot be read`);
      }
    },
    async writeFiles(id, path, tar, links) {
      const { Id } = await get(id);
      try {
        const query = { path: plainPath(path), noOverwriteDirNonDir: true };
        // Podman would make a folder that is not there.
        if ((await surveyed()).survey.podman) await engine.call("HEAD", `/containers/${Id}/archive`, { query: { path } });
        await engine.call("PUT", `/containers/${Id}/archive`, { query, tar: confinedTar(tar, undefined, links), timeoutMs: 6 * 3_600_000 });
      } catch (error) {
        throw toDriverError(error, `${path} cannot be written`);
      }
    },
    locate: async (id, place) => (await locateIn(engine, (await get(id)).Id, place)).path,
    listFiles: async (id, place) => listIn(engine, await getRunning(id), place),
    removeFiles: async (id, place) => removeIn(engine, await getRunning(id), place),
    stats: (pods) => stats.read(engine, installation, adopted, pods),
    stored: (volumesOf) => listStored(context, volumesOf),
    removeImage: (id) => removeStored(context, id),
    room: () => engineRoom(context),

    ...(!adopts
      ? noAdoption
      : {
          foreign: (name) => listForeign(context, name),
          adopt: (unit) => inTurn(unitKey(unit.id), () => adoptContainer(context, unit)),
          release: (unit) => inTurn(unitKey(unit.id), () => releaseContainer(context, unit)),
        }),
  };

  async function* readLogs(id: UnitId, { follow, tail, since, signal }: LogQuery): AsyncGenerator<LogLine> {
    const { Id } = await get(id);
    const query = {
      stdout: true,
      stderr: true,
      timestamps: true,
      follow,
      tail: tail ?? "all",
      since: since ? (since.getTime() / 1000).toFixed(3) : undefined,
    };
    let stream: Readable | undefined;
    try {
      stream = await engine.stream("GET", `/containers/${Id}/logs`, { query, signal });
      for await (const line of logLines(stream)) {
        if (signal.aborted) return;
        yield line;
      }
    } catch (error) {
      if (!signal.aborted) throw toDriverError(error, `The logs of ${id.unit} cannot be read`);
    } finally {
      stream?.destroy();
    }
  }
}

/** Its containers are reached at their own addresses, which lie in a virtual machine elsewhere than on Linux. */
function mayAdopt(survey: Survey): boolean {
  return survey.local && !survey.podman && process.platform === "linux";
}

/** One that another container uses as well is left to that one. */
async function removeBrought({ engine }: DriverContext, name: string): Promise<void> {
  try {
    await engine.call("DELETE", `/volumes/${name}`);
  } catch (error) {
    if (!isStatus(error, 404, 409)) throw toDriverError(error, `Volume ${name} could not be removed`);
  }
}

/** Who sets the firewall of this engine's pods; null when nobody can. */
function rulesBy({ engine, installation, options }: DriverContext, survey: Survey): RestoreRules | null {
  if (survey.firewallHere) return restoreHere;
  return options.firewallImage && !survey.podman ? restoreInContainer(engine, installation, options.firewallImage) : null;
}

function noFirewall(survey: Survey): string {
  const why = survey.podman
    ? "Podman's networks have no chain for rules of ours"
    : "AgentPod is not root on the engine's machine and no firewall image is set";
  return `Pods can reach the host and private networks: ${why}.`;
}

function noOwnContainers(attach: string): string {
  return `Pods cannot be reached: no container carries the label ${label.attach}=${attach}, so none of AgentPod's joins their networks.`;
}

function plainPath(path: string): string {
  if (!path.startsWith("/") || path.includes("\0") || path.split("/").includes("..")) {
    throw new AppError("invalid", `${JSON.stringify(path)} is no absolute path without "..".`);
  }
  return posix.normalize(path);
}
