import { randomUUID } from "node:crypto";
import { type Pebble, startPebble } from "@agentpod/acme/testing/start-pebble";
import type { Certificate } from "@agentpod/core/certificate";
import type { DnsWriter } from "@agentpod/core/dns";
import { draftRoutes } from "@agentpod/core/draft-pod";
import { podSpec } from "@agentpod/core/pod-spec";
import type { Database } from "@agentpod/core/store";
import { type ScratchDatabase, scratchDatabase } from "@agentpod/db/testing/scratch-database";
import { dnsReader } from "@agentpod/dns/dns-reader";
import { expect, vi } from "vitest";
import { type Certifier, startCertifier } from "../src/certifier/certifier.ts";
import { web } from "./reconciler-specs.ts";
import { type TestingFront, testingFront } from "./testing-front.ts";

/** A database, an authority, a DNS and a front door on which certifiers can be started and killed. */
export interface CertifierRig {
  scratch: ScratchDatabase;
  database: Database;
  pebble: Pebble;
  front: TestingFront;
  tenantId: string;
  /** TXT records that are published at the moment, by name. */
  txt: Map<string, Set<string>>;
  warnings: string[];
  start(options?: CertifierOptions): RunningCertifier;
  /** A pod of tenant acme with these hosts. */
  route(...hosts: string[]): Promise<void>;
  verify(...domains: string[]): Promise<void>;
  /** A provider of the tenant; what it writes is seen by Pebble. */
  addProvider(zone: string): Promise<void>;
  certificate(name: string): Promise<Certificate | null>;
  /** Waits until the check holds of the certificate for this name. */
  reaches(name: string, check: (certificate: Certificate) => void): Promise<Certificate>;
  events(type: string): Promise<string[]>;
  close(): Promise<void>;
}

export interface CertifierOptions {
  owner?: string;
  /** True kills the certifier at that point. */
  crash?: (point: string) => boolean;
  directory?: string;
  /** Milliseconds by which its clock is ahead. */
  aheadMs?: number;
}

export interface RunningCertifier extends Certifier {
  killed: Promise<void>;
}

class Killed extends Error {}

export async function openCertifierRig(serverUrl: string): Promise<CertifierRig> {
  const scratch = await scratchDatabase(serverUrl);
  const { database } = scratch;
  const front = await testingFront();
  const pebble = await startPebble({ httpPort: front.httpPort, tlsPort: front.tlsPort });
  const tenant = await database.asTenants("*", (store) => store.tenants.insert({ name: "acme", quota: {} }));
  const txt = new Map<string, Set<string>>();
  const warnings: string[] = [];
  const running = new Set<RunningCertifier>();
  const writer: DnsWriter = {
    async addTxt({ name, value }) {
      txt.set(name, (txt.get(name) ?? new Set()).add(value));
      await pebble.dnsCommand("set-txt", { host: `${name}.`, value });
    },
    async removeTxt({ name, value }) {
      txt.get(name)?.delete(value);
      if (txt.get(name)?.size === 0) txt.delete(name);
      if (!txt.has(name)) await pebble.dnsCommand("clear-txt", { host: `${name}.` });
    },
    test: async () => undefined,
  };
  let pods = 0;
  const rig: CertifierRig = {
    scratch,
    database,
    pebble,
    front,
    tenantId: tenant.id,
    txt,
    warnings,
    start({ owner = "one", crash = () => false, directory = pebble.directory, aheadMs = 0 } = {}) {
      let isDead = false;
      const { promise: killed, resolve } = Promise.withResolvers<void>();
      const alive = <T extends object>(part: T): T =>
        new Proxy(part, {
          get(on, key) {
            const value = Reflect.get(on, key);
            if (typeof value !== "function") return value;
            return (...args: unknown[]) => (isDead ? Promise.reject(new Killed("is dead")) : value.apply(on, args));
          },
        });
      const note = (fields: object, message: string): void =>
        void warnings.push(`${message}: ${"err" in fields && fields.err instanceof Error ? fields.err.message : JSON.stringify(fields)}`);
      const certifier = startCertifier({
        database: alive(database),
        gateway: alive(front.gateway),
        settings: {
          acme: { directory, email: null, ca: null, eab: null },
          baseDomains: ["pods.example.com", "localhost"],
          publicUrl: null,
          httpsPort: 8443,
        },
        trusted: [pebble.ca],
        reader: dnsReader([pebble.dns]),
        openDnsWriter: async () => alive(writer),
        machine: () => ({ name: "workshop", addresses: ["192.168.7.7"] }),
        owner,
        crash(point) {
          if (!isDead && !crash(point)) return;
          isDead = true;
          resolve();
          throw new Killed(`killed ${point}`);
        },
        clock: () => new Date(Date.now() + aheadMs),
        log: { info: () => undefined, warn: note, error: note },
      });
      const started: RunningCertifier = {
        killed,
        async stop() {
          isDead = true;
          running.delete(started);
          await certifier.stop();
        },
      };
      running.add(started);
      return started;
    },
    async route(...hosts) {
      const spec = podSpec.parse(web());
      await database.asTenants([tenant.id], async (store) => {
        const identity = { id: randomUUID(), tenantId: tenant.id, name: `pod-${++pods}` };
        const pod = await store.pods.insert({ ...identity, template: null, inputs: {}, spec, server: "local", actor: "test" });
        await store.routes.replace(
          pod.id,
          draftRoutes(spec).map((route) => ({ ...route, hosts })),
        );
      });
    },
    async verify(...domains) {
      await database.asTenants([tenant.id], async (store) => {
        for (const name of domains) {
          const domain = await store.domains.insert({ tenantId: tenant.id, name, token: randomUUID() });
          await store.domains.markVerified(domain.id, "dns");
        }
      });
    },
    async addProvider(zone) {
      const provider = { tenantId: tenant.id, name: "dns", kind: "rfc2136" as const, zones: [zone], credentials: { secret: "s" } };
      await database.asTenants([tenant.id], (store) => store.dnsProviders.insert(provider));
    },
    certificate: (name) =>
      database.asSystem(async (store) => (await store.certificates.list({})).find(({ names }) => names.includes(name)) ?? null),
    reaches: (name, check) =>
      eventually(rig, async () => {
        const found = await rig.certificate(name);
        expect(found).not.toBeNull();
        check(found as Certificate);
        return found as Certificate;
      }),
    events: (type) =>
      database.asSystem(async (store) =>
        (await store.events.latest({}, 500)).filter((event) => event.type === type).map(({ message }) => message),
      ),
    async close() {
      await Promise.all([...running].map((one) => one.stop()));
      front.close();
      await pebble.stop();
      await scratch.drop();
    },
  };
  return rig;
}

/** Waits until the check no longer throws; its last failure is the test's, with what the certifiers warned of. */
export async function eventually<T>(rig: CertifierRig, check: () => Promise<T> | T): Promise<T> {
  try {
    return await vi.waitFor(check, { timeout: 40_000, interval: 50 });
  } catch (error) {
    if (error instanceof Error) error.message += `\n${rig.warnings.slice(-20).join("\n")}`;
    throw error;
  }
}
