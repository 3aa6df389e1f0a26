import { stat } from "node:fs/promises";
import { diskReserveMb, minimumReserveMb } from "@agentpod/core/admission-check";
import type { GatewayView } from "@agentpod/core/api/gateway-view";
import type { DoctorLine } from "@agentpod/core/api/platform-view";
import { toAppError } from "@agentpod/core/errors";
import type { Runtime } from "@agentpod/core/runtime";
import type { Database } from "@agentpod/core/store";
import type { Home } from "@agentpod/host/home";
import type { Settings } from "@agentpod/host/settings";
import { checkCleanUp } from "../clean-up/check-clean-up.ts";
import type { CleanUps } from "../clean-up/clean-ups.ts";
import { checkDns, type DnsLooks } from "./check-dns.ts";
import { type ClientPrograms, checkClientPrograms } from "./client-programs.ts";
import { type CertificateDoctor, checkCertificates } from "./doctor-certificates.ts";
import { checkGit } from "./doctor-git.ts";
import { checkLlm } from "./doctor-llm.ts";
import { machineFree } from "./machine.ts";

export interface DoctorDeps extends CertificateDoctor {
  /** What the gateway that clients come to says of itself. */
  front(): Promise<Pick<GatewayView, "isServing" | "message">>;
  runtime: Runtime;
  settings: Settings;
  home: Home;
  dns: Pick<DnsLooks, "reader" | "ownAddresses">;
  unknownPods(): string[];
  /** Null: there is none. */
  gitVersion(): Promise<string | null>;
  /** Null: databases bring their own, as in containers. */
  clientPrograms(): Promise<ClientPrograms | null>;
  cleanUps: Pick<CleanUps, "plan" | "status">;
}

/** Looks at everything AgentPod stands on; each line says what to do where something is wrong (A7). */
export async function doctor(deps: DoctorDeps): Promise<DoctorLine[]> {
  const checks: [string, () => Promise<Omit<DoctorLine, "check">[]>][] = [
    ["database", () => checkDatabase(deps.database)],
    ["runtime", () => checkRuntime(deps.runtime)],
    ["gateway", () => checkGateway(deps)],
    ["certificates", () => checkCertificates(deps)],
    ["LLM proxy", () => checkLlm(deps)],
    ["memory and disk", () => checkMachine(deps.home)],
    ["clean-up", () => checkCleanUp(deps.cleanUps)],
    ["master key", () => checkMasterKey(deps.home)],
    ["clock", () => checkClock(deps)],
    ["objects", async () => checkUnknown(deps.unknownPods())],
    ["git", async () => checkGit(await deps.gitVersion())],
    ["databases of pods", () => checkPrograms(deps)],
    ["address", async () => checkAddress(deps.settings)],
    ["dns", () => checkDns({ ...deps.dns, settings: deps.settings })],
  ];
  const lines = await Promise.all(
    checks.map(async ([check, look]) => {
      try {
        return (await look()).map((line) => ({ check, ...line }));
      } catch (thrown) {
        return [{ check, ...failed(toAppError(thrown).message, `Mend the ${check}, then run doctor again.`) }];
      }
    }),
  );
  return lines.flat();
}

type Line = Omit<DoctorLine, "check">;
const ok = (message: string): Line => ({ status: "ok", message, advice: null });
const warning = (message: string, advice: string): Line => ({ status: "warning", message, advice });
const failed = (message: string, advice: string): Line => ({ status: "failed", message, advice });

async function checkDatabase(database: Database): Promise<Line[]> {
  const { version, embedded, role, bypassesRls } = await database.info();
  const running = embedded ? `${version} (embedded)` : version;
  return [
    bypassesRls
      ? failed(
          `PostgreSQL ${running}, serving as ${role}, which bypasses row-level security.`,
          "Give a DATABASE_URL whose user may create roles, so that AgentPod can serve as its own.",
        )
      : ok(`PostgreSQL ${running}, serving as ${role}.`),
  ];
}

async function checkRuntime(runtime: Runtime): Promise<Line[]> {
  const { kind, version, notes } = await runtime.info();
  return [ok(`${kind} ${version}.`), ...notes.map((note) => warning(note, "See the README on runtimes."))];
}

async function checkGateway({ gateway, front: lookAtFront, database }: DoctorDeps): Promise<Line[]> {
  const [{ servedVersion, portErrors }, table, front] = await Promise.all([
    gateway.observe(),
    database.asSystem((store) => store.routes.table()),
    lookAtFront(),
  ]);
  const lines = Object.values(portErrors).map((error) =>
    warning(`A route's own port could not be opened: ${error}`, "Free the port, or set AGENTPOD_PUBLIC_PORTS to a free range."),
  );
  return [
    servedVersion >= table.version
      ? ok(`Serves ${table.routes.length} routes${gateway.kind === "embedded" ? "" : `, behind ${gateway.kind}`}.`)
      : warning("It has not taken the newest routes yet.", "Run agentpod reconcile."),
    ...lines,
    ...(front.isServing ? [] : [warning(front.message, "Mend it, or run agentpod gateway use embedded.")]),
  ];
}

async function checkMachine(home: Home): Promise<Line[]> {
  const free = await machineFree(home.root);
  return [
    free.memoryFreeMb > minimumReserveMb
      ? ok(`${free.memoryFreeMb} MB of memory are free.`)
      : failed(`Only ${free.memoryFreeMb} MB of memory are free; new pods are refused.`, "Stop pods or add memory."),
    free.diskFreeMb > diskReserveMb
      ? ok(`${free.diskFreeMb} MB of disk are free.`)
      : failed(
          `Only ${free.diskFreeMb} MB of disk are free; new pods are refused.`,
          "Delete images, logs or pods that are no longer needed.",
        ),
  ];
}

async function checkMasterKey(home: Home): Promise<Line[]> {
  const found = await stat(`${home.keys}/master-key`).catch(() => null);
  if (!found) return [ok("Given by AGENTPOD_MASTER_KEY.")];
  return [
    (found.mode & 0o077) === 0
      ? ok("In its 0600 file; keep a copy of it elsewhere.")
      : failed("The key file can be read by others.", `chmod 600 ${home.keys}/master-key`),
  ];
}

async function checkClock({ database, clock }: DoctorDeps): Promise<Line[]> {
  const before = clock().getTime();
  const { now } = await database.info();
  const off = Math.abs(Date.parse(now) - (before + clock().getTime()) / 2);
  return [
    off < 5000
      ? ok("Agrees with the database's.")
      : warning(
          `It differs from the database's by ${Math.round(off / 1000)} s.`,
          "Set up time synchronisation (chrony, systemd-timesyncd).",
        ),
  ];
}

function checkUnknown(unknown: string[]): Line[] {
  if (unknown.length === 0) return [ok("Nothing runs that the database does not know.")];
  return [
    warning(
      `${unknown.length} pods have containers or files but no row in this database: ${unknown.join(", ")}.`,
      "If an older backup was restored they are newer than it; otherwise remove them by hand.",
    ),
  ];
}

async function checkPrograms({ clientPrograms }: DoctorDeps): Promise<Line[]> {
  const found = await clientPrograms();
  return found === null ? [] : checkClientPrograms(found);
}

function checkAddress(settings: Settings): Line[] {
  if (settings.publicUrl) return [ok(`Public address ${settings.publicUrl}.`)];
  return [
    warning(
      "No public address is set: printed URLs hold localhost or this machine's own address.",
      "Set AGENTPOD_URL, and AGENTPOD_BASE_DOMAIN for names of pods.",
    ),
  ];
}
