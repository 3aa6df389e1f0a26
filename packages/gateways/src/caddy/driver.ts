import { AppError, toAppError } from "@agentpod/core/errors";
import type { CertificateSet, ServedCertificate } from "@agentpod/core/gateway-tls";
import type { Gateway } from "@agentpod/core/route-table";
import { Client } from "undici";
import type { FrontGateway } from "../front-gateway.ts";
import { type CaddyConfig, type CaddyPlaces, certificateVersionOf, isInPlace, refusalOf, withAgentPod, withoutAgentPod } from "./body.ts";

export interface CaddyGatewayOptions {
  /** Behind Caddy: keeps routes, policies, loads, logs and whoever waits. */
  embedded: Gateway;
  /** Of Caddy's admin API: `http://127.0.0.1:2019`, or the path of its unix socket. */
  admin: string;
  places: CaddyPlaces;
  /** All certificates that are served now: for a Caddy that has lost its own or comes new. */
  certificates(): Promise<ServedCertificate[]>;
}

const noCertificates: CertificateSet = { version: "", certificates: [] };

/** Times that another client may change Caddy's configuration between our reading and writing. */
const mostTries = 5;

/**
 * Caddy in front of the embedded gateway, by its admin API. Its configuration is changed as a whole and only where it is
 * still what was read, so other people's sites stay as they are. `unavailable` while either is away, `conflict` where
 * Caddy cannot listen.
 */
export function caddyGateway({ embedded, admin, places, certificates }: CaddyGatewayOptions): FrontGateway {
  const ask = async (method: "GET" | "POST", headers: Record<string, string>, body: string | null) => {
    const client = admin.startsWith("/") ? new Client("http://localhost", { socketPath: admin }) : new Client(admin);
    try {
      const response = await client.request({ method, path: "/config/", headers, body, headersTimeout: 30_000 });
      return { status: response.statusCode, etag: String(response.headers.etag ?? ""), text: await response.body.text() };
    } catch (thrown) {
      throw new AppError("unavailable", `Caddy's admin API does not answer at ${admin}. Start Caddy, or use another gateway.`, {
        cause: toAppError(thrown),
      });
    } finally {
      void client.destroy();
    }
  };
  const read = async (): Promise<{ etag: string; config: CaddyConfig | null }> => {
    const { status, etag, text } = await ask("GET", {}, null);
    if (status !== 200) throw new AppError("unavailable", `Caddy's admin API at ${admin} answered with status ${status}.`);
    return { etag, config: JSON.parse(text) as CaddyConfig | null };
  };
  /** Writes what `change` makes of the configuration; null from it: it is right as it is. */
  const edit = async (change: (config: CaddyConfig | null) => CaddyConfig | null): Promise<void> => {
    for (let attempt = 0; attempt < mostTries; attempt++) {
      const { etag, config } = await read();
      const next = change(config);
      if (next === null) return;
      const headers = { "content-type": "application/json", "if-match": etag };
      const { status, text } = await ask("POST", headers, JSON.stringify(next));
      if (status < 300) return;
      if (status !== 412) throw refusalOf(status, text, places);
    }
    throw new AppError("conflict", "Caddy's configuration is changed by somebody else all the time. Try again.");
  };
  // Each change of its configuration costs requests that are under way (Caddy 2.6): none for what it does not use.
  const needsCertificates = places.https !== null;
  /** Servers and certificates as they should be; where they are, nothing is written. */
  const ensure = async (asked: CertificateSet | null): Promise<void> => {
    const given = needsCertificates ? asked : noCertificates;
    const version = given?.version ?? (await embedded.observe()).certificateVersion;
    const isRight = (config: CaddyConfig | null) => isInPlace(config, places) && certificateVersionOf(config) === version;
    const { config: before } = await read();
    if (isRight(before)) return;
    const set = given ?? (certificateVersionOf(before) === version ? null : { version, certificates: await certificates() });
    await edit((config) => (isRight(config) ? null : withAgentPod(config, places, set)));
  };
  return {
    kind: "caddy",
    async apply(table) {
      await embedded.apply(table);
      await ensure(null);
    },
    async observe() {
      const [observed, { config }] = await Promise.all([embedded.observe(), read()]);
      const hasAll = !needsCertificates || certificateVersionOf(config) === observed.certificateVersion;
      return {
        ...observed,
        servedVersion: isInPlace(config, places) ? observed.servedVersion : 0,
        certificateVersion: hasAll ? observed.certificateVersion : "",
        httpsPort: places.https === null ? null : Number(places.https.split(":").at(-1)),
        httpsError: null,
      };
    },
    async setCertificates(set) {
      await embedded.setCertificates(set);
      await ensure(set);
    },
    async setChallenges(challenges) {
      await embedded.setChallenges(challenges);
      // Who proves a name comes by Caddy, which may not know of AgentPod yet.
      await ensure(null);
    },
    probe: (upstream, request) => embedded.probe(upstream, request),
    watch: (signal) => embedded.watch(signal),
    logs: (query) => embedded.logs(query),
    retire: () =>
      edit((config) => {
        const next = withoutAgentPod(config);
        return JSON.stringify(next) === JSON.stringify(config ?? {}) ? null : next;
      }),
  };
}
