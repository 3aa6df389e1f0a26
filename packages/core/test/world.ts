import type { Action } from "../src/action.ts";
import type { AdoptedUnit } from "../src/adopt.ts";
import { type Plan, plan } from "../src/plan.ts";
import { countFailure } from "../src/plan-backoff.ts";
import type { Pod } from "../src/pod.ts";
import { type PodSpecInput, podSpec } from "../src/pod-spec.ts";
import { unitRevision } from "../src/resolve-unit.ts";
import type { GatewayObservation, UpstreamLoad } from "../src/route-table.ts";
import type { ObservedUnit, UnitRun, VolumeId } from "../src/runtime.ts";
import type { HealthReport, PodSnapshot, Range } from "../src/snapshot.ts";
import { emptyStatus } from "../src/status.ts";
import type { Allocation, RouteRow } from "../src/store.ts";

const key = (id: { unit: string; revision: string }): string => `${id.unit}@${id.revision}`;

/** One pod's database rows, runtime and gateway as plain values, on which actions take effect at once: for table and property tests of the plan. */
export class World {
  now = new Date("2026-01-01T00:00:00Z");
  pod: Pod;
  allocations: Allocation[] = [];
  routes: RouteRow[] = [];
  secrets: Record<string, number> = {};
  units = new Map<string, ObservedUnit>();
  volumes: VolumeId[] = [];
  prepared = false;
  health: Record<string, HealthReport> = {};
  gateway: GatewayObservation = {
    servedVersion: 0,
    since: this.now.toISOString(),
    load: {},
    portErrors: {},
    certificateVersion: "",
    httpsPort: null,
    httpsError: null,
  };
  tableVersion = 0;
  runs = 0;
  answers = true;
  gatewayAnswers = true;
  forgotten = false;
  adoption: AdoptedUnit | null = null;
  /** Containers that were given back. */
  released: ObservedUnit[] = [];
  addressing: "names" | "loopback" = "names";
  strangersPorts = new Set<number>();
  publicPorts: Range | null = null;
  takenPublicPorts: ReadonlySet<number> = new Set();
  /** What each started unit does. */
  behaviour: (run: UnitRun) => "healthy" | "silent" | { exit: number } = () => "healthy";
  /** How units that are told changed settings take them; `killed`: the next one has them, and the control plane dies before it notes so. */
  takesSettings: "applied" | "refused" | "killed" = "applied";
  /** What each run really has, by run id. */
  settings = new Map<string, string | undefined>();
  done: Action[] = [];

  constructor(spec: PodSpecInput) {
    this.pod = {
      id: "00000000-0000-4000-8000-000000000001",
      tenantId: "00000000-0000-4000-8000-0000000000aa",
      tenant: "acme",
      name: "web",
      template: null,
      inputs: {},
      spec: podSpec.parse(spec),
      desired: "running",
      keepData: false,
      asleep: null,
      generation: 1,
      restarts: 0,
      held: null,
      volumeCopies: {},
      status: emptyStatus,
      server: "local",
      createdAt: this.now.toISOString(),
      updatedAt: this.now.toISOString(),
    };
    this.setRoutes();
  }

  update(spec: PodSpecInput): void {
    this.pod = { ...this.pod, spec: podSpec.parse(spec), generation: this.pod.generation + 1 };
    this.setRoutes();
  }

  desire(desired: Pod["desired"], wakeAt: string | null = null): void {
    const asleep = desired === "sleeping" ? { since: this.now.toISOString(), wakeAt } : null;
    this.pod = { ...this.pod, desired, asleep, generation: this.pod.generation + 1 };
  }

  private setRoutes(): void {
    this.routes = this.pod.spec.routes.map((route, index) => ({
      id: `route-${index}`,
      index,
      unit: route.unit,
      port: route.port,
      hosts: ["web-acme.localhost"],
      path: route.path,
      publicPort: null,
      timeoutSeconds: route.timeoutSeconds,
      drainSeconds: route.drainSeconds,
      policies: route.policies ?? null,
      split: route.split ?? null,
      wake: route.wake ?? false,
      wakeSeconds: route.wakeSeconds ?? 60,
      state: "unready" as const,
      message: "",
      upstreams: [],
      version: 0,
      ...(this.routes[index] && {
        state: this.routes[index].state,
        upstreams: this.routes[index].upstreams,
        version: this.routes[index].version,
      }),
    }));
  }

  snapshot(): PodSnapshot {
    const { pod, allocations, routes, secrets } = this;
    const loopback = this.addressing === "loopback";
    return {
      facts: { pod, allocations, routes, secrets, ...(this.adoption && { adoption: this.adoption }) },
      server: {
        name: "local",
        can: { image: !loopback, buildImage: !loopback, exec: true, limits: true, egress: true, isolation: true, adopt: true },
        addressing: this.addressing,
        taken: {
          port: new Set(allocations.filter((a) => a.kind === "port").map((a) => a.value)),
          subnet: new Set(),
          uid: new Set(),
          public_port: this.takenPublicPorts,
        },
        ranges: { port: { from: 20000, to: 20099 }, publicPort: this.publicPorts, subnet: { from: 0, to: 9 }, uid: null },
        llmUrlOf: (subnet) => `http://${subnet ?? "127.0.0.1"}:3000/llm`,
        subnetOf: (index) => `10.213.${index}.0/28`,
        paths: loopback
          ? { volume: (v) => `/pods/${v.pod}/volumes/${v.volume}`, code: (id) => `/pods/${id.pod}/code/${id.revision}` }
          : null,
        environment: {},
        urlOf: () => "http://web-acme.localhost:3000",
      },
      observed: this.answers ? { units: [...this.units.values()], prepared: this.prepared, volumes: this.volumes } : null,
      health: this.health,
      gateway: this.gatewayAnswers ? this.gateway : null,
    };
  }

  plan(): Plan {
    return plan(this.snapshot(), this.now);
  }

  /** Plans and applies until the plan is empty and nothing is waited for within `horizon` seconds; gives the rounds taken. */
  settle(limit = 60, horizonSeconds = 5): number {
    for (let round = 1; round <= limit; round++) {
      const { actions, wakeInMs } = this.plan();
      if (this.forgotten) return round;
      if (actions.length === 0) {
        if (wakeInMs === null || wakeInMs > horizonSeconds * 1000) return round;
        this.now = new Date(this.now.getTime() + wakeInMs);
        continue;
      }
      this.applyAll(actions);
      this.now = new Date(this.now.getTime() + 50);
    }
    throw new Error(`no rest after ${limit} rounds: ${JSON.stringify(this.plan().actions.map((a) => a.kind))}`);
  }

  /** Applies actions in order; `stopAfter` is where the control plane is killed. A failing one ends the round, as in the applier. */
  applyAll(actions: readonly Action[], stopAfter = Number.POSITIVE_INFINITY): void {
    for (const [index, action] of actions.entries()) {
      if (index >= stopAfter || !this.apply(action)) return;
    }
  }

  private apply(action: Action): boolean {
    this.done.push(action);
    switch (action.kind) {
      case "save-status":
        this.pod = { ...this.pod, status: action.status };
        return true;
      case "set-desired":
        this.desire(action.desired);
        return false;
      case "allocate":
        this.allocations = [...this.allocations, action.allocation];
        return true;
      case "release":
        this.allocations = this.allocations.filter((a) => !(a.kind === action.allocation.kind && a.value === action.allocation.value));
        return true;
      case "prepare-pod":
        this.prepared = true;
        return true;
      case "adopt-unit":
        this.taken("taken");
        return true;
      case "release-unit":
        this.released.push(...[...this.units.values()].filter((unit) => unit.adoption));
        this.units = new Map([...this.units].filter(([, unit]) => !unit.adoption));
        return true;
      case "prepare-image":
        return true;
      case "create-unit":
        if (action.run.volumes.length > 0) this.make(action.run);
        return true;
      case "ensure-volume":
        this.volumes = [...this.volumes, action.volume];
        return true;
      case "ensure-unit":
        return this.start(action.run);
      case "apply-live":
        return this.tell(action);
      case "stop-unit":
        this.end(key(action.id), 143);
        return true;
      case "remove-unit":
        this.units.delete(key(action.id));
        return true;
      case "set-route":
        this.tableVersion++;
        this.routes = this.routes.map((r) =>
          r.id === action.route
            ? { ...r, state: action.state, message: action.message, upstreams: action.upstreams, version: this.tableVersion }
            : r,
        );
        return true;
      case "serve-routes":
        this.gateway = { ...this.gateway, servedVersion: this.tableVersion };
        return true;
      case "drop-routes":
        this.tableVersion++;
        this.routes = [];
        return true;
      case "remove-volume":
        this.volumes = this.volumes.filter((v) => v.volume !== action.volume.volume || v.unit !== action.volume.unit);
        return true;
      case "remove-pod":
        if (this.units.size > 0) throw new Error("remove-pod while units are there");
        this.prepared = false;
        return true;
      case "forget":
        this.forgotten = true;
        return true;
    }
  }

  /** A container that runs already becomes the unit's. */
  adopt(unit: string): void {
    const spec = this.pod.spec.units.find((one) => one.name === unit);
    if (!spec) throw new Error(`there is no unit ${unit}`);
    const id = { pod: this.pod.id, unit, revision: unitRevision(this.snapshot(), spec, []) };
    this.adoption = {
      id,
      tenant: "acme",
      name: "web",
      containerId: "c0ffee",
      found: { name: "by-hand", image: "node:24", restart: { name: "always", retries: 0 } },
      ports: spec.ports,
      volumes: [],
      folders: ["/srv/data"],
      isReleasing: false,
      at: this.now.toISOString(),
    };
    this.units.set(key(id), {
      id,
      runId: "found",
      state: "running",
      containerId: "c0ffee",
      pid: null,
      startedAt: this.now.toISOString(),
      finishedAt: null,
      exitCode: null,
      oomKilled: false,
      endpoints: { http: { kind: "tcp", host: "10.213.0.2", port: 8080 } },
      adoption: "pending",
    });
    this.health.found = { state: "healthy", message: "", since: this.now.toISOString() };
  }

  private taken(adoption: "pending" | "taken"): void {
    this.units = new Map([...this.units].map(([at, unit]) => [at, unit.adoption ? { ...unit, adoption } : unit]));
  }

  private make(run: UnitRun): void {
    const missing = run.volumes.find(({ id }) => !this.volumes.some((v) => v.unit === id.unit && v.volume === id.volume));
    if (missing || !this.prepared) throw new Error("create-unit before its volumes and its network");
    this.units.set(key(run.id), {
      id: run.id,
      runId: "0",
      state: "created",
      containerId: `made-${run.id.revision}`,
      pid: null,
      startedAt: null,
      finishedAt: null,
      exitCode: null,
      oomKilled: false,
      endpoints: {},
      ...(run.live !== undefined && { live: run.live }),
    });
  }

  private tell({ run }: Extract<Action, { kind: "apply-live" }>): boolean {
    const unit = this.units.get(key(run.id));
    if (unit?.state !== "running" || run.live === undefined) return false;
    if (this.takesSettings !== "refused") this.settings.set(unit.runId, run.live);
    if (this.takesSettings === "killed") {
      this.takesSettings = "applied";
      return false;
    }
    const live = { revision: run.live, runId: unit.runId, state: this.takesSettings, message: null };
    const { status } = this.pod;
    this.pod = {
      ...this.pod,
      status: { ...status, units: status.units.map((one) => (one.name === run.id.unit ? { ...one, live } : one)) },
    };
    return true;
  }

  private start(run: UnitRun): boolean {
    if (this.pod.held !== null) throw new Error("ensure-unit of a pod that stands still");
    if (this.pod.desired !== "running") throw new Error(`ensure-unit of a pod that is to be ${this.pod.desired}`);
    if (!this.prepared) throw new Error("ensure-unit before prepare-pod");
    const stranger = run.ports.flatMap(({ host, beside = [] }) => [host, ...beside]).find((port) => this.strangersPorts.has(port));
    if (stranger !== undefined) {
      const failure = {
        revision: run.id.revision,
        runId: null,
        reason: "conflict",
        message: `port ${stranger} is taken`,
        fault: "system" as const,
        retry: true,
      };
      const failures = {
        ...this.pod.status.failures,
        [run.id.unit]: countFailure(this.pod.status.failures[run.id.unit] ?? null, failure, this.now),
      };
      this.pod = { ...this.pod, status: { ...this.pod.status, failures } };
      return false;
    }
    const runId = `run-${++this.runs}`;
    const known = this.units.get(key(run.id));
    const found = known?.adoption;
    // What is there is started as it was made.
    const live = known ? known.live : run.live;
    this.settings.set(runId, live);
    const endpoints = Object.fromEntries(
      run.ports.map((port) => [port.name, { kind: "tcp" as const, host: "127.0.0.1", port: port.host }]),
    );
    this.units.set(key(run.id), {
      id: run.id,
      runId,
      state: "running",
      containerId: runId,
      pid: null,
      startedAt: this.now.toISOString(),
      finishedAt: null,
      exitCode: null,
      oomKilled: false,
      endpoints,
      ...(found && { adoption: found }),
      ...(live !== undefined && { live }),
    });
    const behaviour = this.behaviour(run);
    if (behaviour === "healthy") this.health[runId] = { state: "healthy", message: "", since: this.now.toISOString() };
    else if (typeof behaviour === "object") this.end(key(run.id), behaviour.exit);
    return true;
  }

  /** What the gateway counts for each instance that runs. */
  load(load: Partial<UpstreamLoad>): void {
    const entry = { requests: 0, upgraded: 0, lastActivityAt: this.now.toISOString(), ...load };
    this.gateway.load = Object.fromEntries(this.running().map(({ id }) => [`${id.pod}/${id.unit}/${id.revision}`, entry]));
  }

  /** Ends a run by unit key `<unit>@<revision>`. */
  end(unit: string, exitCode: number): void {
    const at = this.units.get(unit);
    if (at) this.units.set(unit, { ...at, state: "exited", exitCode, finishedAt: this.now.toISOString() });
  }

  running(): ObservedUnit[] {
    return [...this.units.values()].filter((unit) => unit.state === "running");
  }
}
