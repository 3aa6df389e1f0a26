import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { ChannelKind } from "@agentpod/core/alert";
import { type ChannelConfigs, channelTarget } from "@agentpod/core/alert-channel-config";
import type { AlertFacts } from "@agentpod/core/alert-conditions";
import type { Pod } from "@agentpod/core/pod";
import { podSpec } from "@agentpod/core/pod-spec";
import type { Tenant } from "@agentpod/core/tenant";
import { type ScratchDatabase, scratchDatabase } from "@agentpod/db/testing/scratch-database";
import { deliverDue } from "../src/alerts/deliver-due.ts";
import { evaluate } from "../src/alerts/evaluate.ts";
import { noticeSender } from "../src/alerts/send-notice.ts";
import { outboundGuard } from "../src/outbound/outbound-guard.ts";

export interface Received {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface AlertRig {
  scratch: ScratchDatabase;
  tenant: Tenant;
  pod: Pod;
  /** What the receiver got, in order. */
  received: Received[];
  /** How the receiver answers; null: it cuts the connection. */
  answer: { status: number; body: string } | null;
  url: string;
  now: Date;
  /** Moves the clock. */
  pass(seconds: number): void;
  channel<K extends ChannelKind>(
    kind: K,
    config: ChannelConfigs[K],
    more?: { name?: string; tenantId?: string | null; language?: "en" | "zh" },
  ): Promise<string>;
  /** One look at pods with so many failures. */
  look(failures: number, more?: Partial<Omit<AlertFacts, "crashed">>): Promise<void>;
  deliver(): Promise<number>;
  close(): Promise<void>;
}

/** A real database, a real receiver on loopback, and a clock of the test's own. */
export async function alertRig(serverUrl: string): Promise<AlertRig> {
  const scratch = await scratchDatabase(serverUrl);
  const { database } = scratch;
  const tenant = await database.asSystem((s) => s.tenants.insert({ name: "acme", quota: {} }));
  const spec = podSpec.parse({ units: [{ name: "app", image: "node:24" }] });
  const pod = await database.asSystem((s) =>
    s.pods.insert({ id: randomUUID(), tenantId: tenant.id, name: "web", template: null, inputs: {}, spec, server: "local", actor: "test" }),
  );
  const received: Received[] = [];
  const server: Server = createServer(async (incoming, outgoing) => {
    let body = "";
    for await (const chunk of incoming) body += chunk;
    if (rig.answer === null) {
      incoming.socket.destroy();
      return;
    }
    received.push({ method: incoming.method ?? "", url: incoming.url ?? "", headers: incoming.headers, body });
    outgoing.writeHead(rig.answer.status).end(rig.answer.body);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const send = noticeSender(outboundGuard({ allow: ["127.0.0.1"], resolve: async () => ["127.0.0.1"] }));
  const rig: AlertRig = {
    scratch,
    tenant,
    pod,
    received,
    answer: { status: 200, body: "ok" },
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook/secret-path`,
    now: new Date("2026-03-01T12:00:00Z"),
    pass(seconds) {
      rig.now = new Date(rig.now.getTime() + seconds * 1000);
    },
    channel: (kind, config, { name = kind, tenantId = tenant.id, language = "en" } = {}) =>
      database.asSystem(
        async (s) => (await s.alertChannels.insert({ tenantId, name, kind, language, target: channelTarget(kind, config), config })).id,
      ),
    async look(count, more = {}) {
      const failure = {
        revision: "1",
        count,
        lastAt: "",
        runId: null,
        reason: "exited",
        message: "exit 1",
        fault: "user" as const,
        retry: true,
      };
      const status = { ...pod.status, failures: count === 0 ? {} : { app: failure } };
      const facts = {
        pods: [{ ...pod, status }],
        certificates: [],
        domains: [],
        usage: new Map(),
        diskFreeMb: 5000,
        gatewayProblem: null,
        logMatches: [],
        llmBudgets: [],
        backupProblem: null,
        podBackupProblems: new Map(),
        ...more,
      };
      await database.asSystem((s) => evaluate(s, facts, rig.now));
    },
    deliver: () => deliverDue({ database, send, clock: () => rig.now }),
    async close() {
      server.close();
      server.closeAllConnections();
      await scratch.drop();
    },
  };
  return rig;
}
