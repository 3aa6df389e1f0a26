import type { Readable } from "node:stream";
import type { MachineRoom } from "@agentpod/core/admission-check";
import type { AddressAdvice } from "@agentpod/core/api/domain-view";
import type { DoctorLine, PlannedAction, PlatformHealth } from "@agentpod/core/api/platform-view";
import type { DnsProviderKind } from "@agentpod/core/certificate";
import type { Domain } from "@agentpod/core/domain";
import type { HostRules } from "@agentpod/core/hostnames";
import type { Pod } from "@agentpod/core/pod";
import type { UnitSpec } from "@agentpod/core/pod-spec";
import type { Gateway } from "@agentpod/core/route-table";
import type { Runtime } from "@agentpod/core/runtime";
import type { Database, RouteRow } from "@agentpod/core/store";
import type { SendNotice } from "./alerts/send-notice.ts";
import type { AuditTrail } from "./audit/audit-trail.ts";
import type { Logins } from "./auth/logins.ts";
import type { Backups } from "./backup/backups.ts";
import type { CleanUps } from "./clean-up/clean-ups.ts";
import type { ServeDashboard } from "./dashboard/serve-dashboard.ts";
import type { KeyedProvider } from "./llm/provider-cache.ts";
import type { LogKeeper } from "./logs/log-keeper.ts";
import type { OutboundGuard } from "./outbound/outbound-guard.ts";
import type { GatewayInUse } from "./setup/gateway-in-use.ts";
import type { Sources } from "./sources/sources.ts";
import type { TerminalHost } from "./terminals/terminal-host.ts";
import type { VolumeBackups } from "./volume-backups/volume-backups.ts";

/** Everything the API stands on; `main.ts` makes it, tests make another. */
export interface AppDeps {
  database: Database;
  logins: Logins;
  sendNotice: SendNotice;
  /** To places that users name. */
  outbound: Pick<OutboundGuard, "fetch">;
  audit: Pick<AuditTrail, "archive" | "verify">;
  backups: Pick<Backups, "status" | "start" | "stream" | "read" | "verify" | "remove" | "settle">;
  volumeBackups: VolumeBackups;
  cleanUps: CleanUps;
  /** The one server, "local". */
  runtime: Runtime;
  terminals: TerminalHost;
  logs: Pick<LogKeeper, "read" | "summary">;
  gateway: Gateway;
  gatewayInUse: Pick<GatewayInUse, "view" | "use" | "traefik">;
  reconcile: {
    /** The plan as it is now; nothing is done. */
    dryRun(): Promise<PlannedAction[]>;
    /** Runs one pass over all pods and gives what it did. */
    now(): Promise<PlannedAction[]>;
    /** As what a container becomes a pod's unit. */
    revisionOf(pod: Pod, unit: UnitSpec): string;
  };
  doctor(): Promise<DoctorLine[]>;
  /** For `GET /health`, which anyone may ask: no names, no versions. */
  health?(): Promise<PlatformHealth>;
  llm: {
    /** The provider that the environment gives; null: none. */
    environment: KeyedProvider | null;
    /** Throws `invalid` where a provider's address may not be connected to. */
    checkUrl(baseUrl: string): Promise<void>;
  };
  artifacts: {
    /** Stores a tar under its SHA-256; the same content again has no effect. The database row is the API's. */
    put(tar: Readable, tenantId: string | null): Promise<{ digest: string; bytes: number }>;
    /** `not_found` on absence. */
    open(digest: string): Promise<Readable>;
  };
  sources: Sources;
  /** `AGENTPOD_URL`, or the address made from the port: for Origin checks. */
  publicUrl: string;
  /** Base domains for `<pod>-<tenant>.<domain>`, and the installation's own hosts. */
  hosts: HostRules;
  /** Looks whether a domain's owner has published its token; `method` null: not found, and `message` says what was found instead. */
  checkDomain(domain: Domain): Promise<{ method: "dns" | "http" | null; message: string }>;
  /** Where a host points and what to change, in words and records; does not throw where it cannot be seen. */
  addressAdvice(host: string): Promise<AddressAdvice>;
  /** Tries credentials on each zone and changes nothing. Throws `invalid` naming what is wrong, or `unavailable`; no credential is in the message. */
  testDnsProvider(kind: DnsProviderKind, credentials: Record<string, string>, zones: readonly string[]): Promise<void>;
  /** URLs of a pod, the preferred one first. */
  addresses(pod: Pod, routes: RouteRow[]): string[];
  /** How long a preview stays where nothing is said. */
  previewTtlSeconds: number;
  /** What is free on the machine for admission; null where it cannot be known. */
  machine(): Promise<MachineRoom | null>;
  clock(): Date;
  log: Log;
  /** For addresses outside `/api`; absent: there is no dashboard. */
  dashboard?: ServeDashboard;
  /** Largest artifact upload in bytes; 1 GiB unless given. */
  artifactLimitBytes?: number;
  /** Largest file that is written into a pod, in bytes; 512 MiB unless given. */
  fileLimitBytes?: number;
}

/** The part of pino that the API uses. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
