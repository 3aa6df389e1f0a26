import type { DnsProviderKind } from "@agentpod/core/certificate";
import type { DnsReader, DnsWriter } from "@agentpod/core/dns";
import type { Gateway } from "@agentpod/core/route-table";
import type { Database } from "@agentpod/core/store";
import type { Settings } from "@agentpod/host/settings";
import type { Log } from "../app-deps.ts";
import type { CrashPoint } from "../reconciler/crash-point.ts";

/** Everything the certifier stands on; `main.ts` makes it. */
export interface CertifierWorld {
  database: Database;
  gateway: Gateway;
  settings: Pick<Settings, "acme" | "baseDomains" | "publicUrl" | "httpsPort">;
  /** PEM of the authorities that may sign the ACME directory's own certificate; null: those of the machine. */
  trusted: string[] | null;
  reader: DnsReader;
  openDnsWriter(kind: DnsProviderKind, credentials: Record<string, string>): Promise<DnsWriter>;
  /** This machine's name and addresses in its network. */
  machine(): { name: string; addresses: string[] };
  /** Of the leases. */
  owner: string;
  crash: CrashPoint;
  clock(): Date;
  log: Log;
}
