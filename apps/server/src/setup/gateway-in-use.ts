import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { type GatewayChoice, type GatewayView, gatewayChoice, type UsedGateway } from "@agentpod/core/api/gateway-view";
import { AppError, toAppError } from "@agentpod/core/errors";
import { canonicalJson } from "@agentpod/core/hash";
import type { Gateway } from "@agentpod/core/route-table";
import type { Database } from "@agentpod/core/store";
import type { FrontGateway } from "@agentpod/gateways/front-gateway";
import { dynamicConfiguration, type TraefikConfiguration } from "@agentpod/gateways/traefik/body";
import { z } from "zod";
import { applyNewestTable } from "../reconciler/apply-newest-table.ts";

export interface GatewayInUse {
  /** Whichever is in use: the same object before and after a switch. */
  gateway: Gateway;
  view(): Promise<GatewayView>;
  /**
   * Gives the whole table to another gateway, looks that it is served, keeps the choice, then takes AgentPod out of the one
   * before. What fails leaves the old in force. One that asks for its configuration itself is in use once it has asked.
   */
  use(choice: GatewayChoice, actor: string): Promise<UsedGateway>;
  /** Traefik's configuration. Throws `unauthenticated` for another token than its own. */
  traefik(token: string | null): Promise<TraefikConfiguration>;
}

export interface GatewayInUseDeps {
  database: Database;
  embedded: Gateway;
  /** Unix socket and address by which a gateway in front reaches the embedded one. */
  inner: { socket: string; url: string };
  /** AgentPod's own hosts, which a gateway in front leads here too. */
  ownHosts: readonly string[];
  /** AgentPod's own URL. */
  publicUrl: string;
  clock(): Date;
}

/** What is kept: with a gateway that asks, only the hash of its token. */
const kept = z.object({ choice: gatewayChoice, tokenHash: z.string().nullable() });
type Kept = z.infer<typeof kept>;

const settingKey = "gateway";
const preparedKey = "gateway-prepared";
/** Traefik asks every few seconds; without a word for so long it is away. */
const silenceMs = 60_000;

/** The gateway of this installation, as chosen and kept; the embedded one at first. */
export async function gatewayInUse(deps: GatewayInUseDeps): Promise<GatewayInUse> {
  const { database, embedded, clock } = deps;
  const read = async (key: string): Promise<Kept | null> =>
    kept.safeParse(await database.asSystem((store) => store.settings.find(key))).data ?? null;
  const write = (key: string, value: Kept | null, actor: string) => database.asSystem((store) => store.settings.set(key, value, actor));
  let inUse: Kept = (await read(settingKey)) ?? { choice: { kind: "embedded" }, tokenHash: null };
  let prepared = await read(preparedKey);
  let current = await driverOf(inUse.choice, deps);
  let askedAt: number | null = null;
  let switching: Promise<unknown> = Promise.resolve();

  /** What another control plane chose since. */
  const refresh = async (): Promise<void> => {
    const now = (await read(settingKey)) ?? inUse;
    prepared = await read(preparedKey);
    if (canonicalJson(now) === canonicalJson(inUse)) return;
    current = await driverOf(now.choice, deps);
    inUse = now;
    askedAt = null;
  };
  const switchTo = async (next: Kept, actor: string): Promise<void> => {
    const [before, old, driver] = [inUse.choice, current, await driverOf(next.choice, deps)];
    try {
      const table = await applyNewestTable(database, driver);
      const { servedVersion } = await driver.observe();
      if (servedVersion < table.version) throw new AppError("unavailable", `${next.choice.kind} did not take the routes.`);
      await write(settingKey, next, actor);
    } catch (thrown) {
      if (!isSamePlace(before, next.choice)) await retire(driver).catch(() => undefined);
      else await applyNewestTable(database, old).catch(() => undefined);
      throw thrown;
    }
    current = driver;
    inUse = next;
    askedAt = null;
    // It may be gone already, which is why it was left: what it still has of AgentPod harms nobody.
    if (!isSamePlace(before, next.choice)) await retire(old).catch(() => undefined);
  };
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = switching.then(work);
    switching = done.catch(() => undefined);
    return done;
  };
  const view = async (): Promise<GatewayView> => {
    await refresh();
    const seen = await current.observe().catch((error: unknown) => toAppError(error));
    const away = seen instanceof Error ? seen.message : silence(inUse.choice, askedAt, clock());
    return {
      inUse: inUse.choice,
      prepared: prepared?.choice ?? null,
      isServing: away === null,
      message: away ?? `Clients come to ${inUse.choice.kind === "embedded" ? "the embedded gateway" : inUse.choice.kind}.`,
      servedVersion: seen instanceof Error ? null : seen.servedVersion,
      httpsPort: seen instanceof Error ? null : seen.httpsPort,
    };
  };
  const configuration = async (choice: GatewayChoice): Promise<TraefikConfiguration> => {
    if (choice.kind !== "traefik") return {};
    const { table, certificates } = await database.asSystem(async (store) => ({
      table: await store.routes.table(),
      certificates: choice.httpsEntryPoint === null ? [] : await store.certificates.served(),
    }));
    const { httpEntryPoint, httpsEntryPoint } = choice;
    return dynamicConfiguration(table, deps.ownHosts, certificates, {
      httpEntryPoint,
      httpsEntryPoint,
      inner: choice.inner ?? deps.inner.url,
    });
  };

  return {
    gateway: {
      get kind() {
        return current.kind;
      },
      apply: async (table) => {
        await refresh();
        await current.apply(table);
      },
      observe: () => current.observe(),
      setCertificates: (set) => current.setCertificates(set),
      setChallenges: (challenges) => current.setChallenges(challenges),
      probe: (upstream, request) => current.probe(upstream, request),
      // The same behind each of them.
      watch: (signal) => embedded.watch(signal),
      logs: (query) => embedded.logs(query),
    },
    view,
    use: (choice, actor) =>
      inTurn(async () => {
        if (choice.kind !== "traefik") {
          await switchTo({ choice, tokenHash: null }, actor);
          prepared = null;
          await write(preparedKey, null, actor);
          return { ...(await view()), endpoint: null };
        }
        const token = `apt_${randomBytes(32).toString("base64url")}`;
        prepared = { choice, tokenHash: hashOf(token) };
        await write(preparedKey, prepared, actor);
        return { ...(await view()), endpoint: { url: `${deps.publicUrl}/api/v1/gateway/traefik`, token } };
      }),
    async traefik(token) {
      await refresh();
      const isFor = (one: Kept | null) => one !== null && token !== null && isTokenOf(one, token);
      const waiting = prepared;
      if (isFor(waiting) && waiting) {
        const answer = await configuration(waiting.choice);
        await inTurn(async () => {
          if (prepared?.tokenHash !== waiting.tokenHash) return;
          await switchTo(waiting, "system");
          prepared = null;
          await write(preparedKey, null, "system");
        });
        askedAt = clock().getTime();
        return answer;
      }
      if (!isFor(inUse)) throw new AppError("unauthenticated", "This needs the token that agentpod gateway use traefik printed.");
      askedAt = clock().getTime();
      return configuration(inUse.choice);
    },
  };
}

const hashOf = (token: string): string => createHash("sha256").update(token).digest("hex");

/** Compares hashes of equal length, in a time that says nothing. */
function isTokenOf({ tokenHash }: Kept, token: string): boolean {
  return tokenHash !== null && timingSafeEqual(Buffer.from(hashOf(token)), Buffer.from(tokenHash));
}

/** Whether both are the same Caddy: what the new one wrote must not be taken out with the old. */
const isSamePlace = (a: GatewayChoice, b: GatewayChoice): boolean => a.kind === "caddy" && b.kind === "caddy" && a.admin === b.admin;

function silence(choice: GatewayChoice, askedAt: number | null, now: Date): string | null {
  if (choice.kind !== "traefik") return null;
  if (askedAt !== null && now.getTime() - askedAt < silenceMs) return null;
  return "Traefik has not asked for its configuration for a minute: is it running, with the endpoint and token that were printed?";
}

const retire = async (gateway: Gateway | FrontGateway): Promise<void> => {
  if ("retire" in gateway) await gateway.retire();
};

/** Drivers are loaded when chosen. */
async function driverOf(choice: GatewayChoice, { embedded, database, inner }: GatewayInUseDeps): Promise<Gateway | FrontGateway> {
  switch (choice.kind) {
    case "embedded":
      return embedded;
    case "caddy": {
      const { caddyGateway } = await import("@agentpod/gateways/caddy/driver");
      const { admin, http, https } = choice;
      const certificates = () => database.asSystem((store) => store.certificates.served());
      return caddyGateway({ embedded, admin, places: { http, https, inner: inner.socket }, certificates });
    }
    case "traefik": {
      const { traefikGateway } = await import("@agentpod/gateways/traefik/driver");
      return traefikGateway({ embedded, httpsPort: choice.httpsEntryPoint === null ? null : choice.httpsPort });
    }
  }
}
