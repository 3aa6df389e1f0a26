import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Pebble, startPebble } from "@agentpod/acme/testing/start-pebble";
import { dnsWriter } from "@agentpod/dns/dns-writer";
import { type Knot, knotKey, startKnot } from "@agentpod/dns/testing/start-knot";
import { freePort } from "@agentpod/host/free-port";
import { type Installation, makeInstallation } from "./installation.ts";

const run = promisify(execFile);

/** Zones that the name server serves: every name of them leads to this machine. */
export const zones = ["e2e-shop.org", "e2e-wild.org", "e2e-many.net", "e2e-pods.com"] as const;

/** An installation with an ACME authority and a name server beside it, all real and on this machine. */
export interface NamedInstallation {
  installation: Installation;
  pebble: Pebble;
  knot: Knot;
  httpsPort: number;
  /** The environment that it is started with, for later starts. */
  environment: Record<string, string>;
  /** For `dns-provider add`: credentials that may write every zone. */
  dnsCredentials: Record<string, string>;
  /** Publishes a TXT record, as a domain's owner would. */
  publish(zone: string, name: string, value: string): Promise<void>;
  /** A visitor's curl over HTTP/2 that trusts this PEM alone. */
  curl(host: string, trusted: string): Promise<{ version: string; status: number; body: string }>;
  destroy(): Promise<void>;
}

/** Started and ready; base domain pods.e2e-pods.com. `proofPort`: where the authority looks for HTTP proofs, the front door unless given. Needs Knot DNS. */
export async function startNamedInstallation(runtime: "process" | "memory" = "process", proofPort?: number): Promise<NamedInstallation> {
  const knot = await startKnot({
    zones: Object.fromEntries(zones.map((zone) => [zone, ["@ A 127.0.0.1", "* A 127.0.0.1", "*.pods A 127.0.0.1"]])),
  });
  const installation = await makeInstallation(runtime);
  const httpsPort = await freePort();
  const pebble = await startPebble({ httpPort: proofPort ?? installation.port, tlsPort: httpsPort, dns: knot.server });
  const environment = {
    AGENTPOD_HTTPS_PORT: String(httpsPort),
    AGENTPOD_ACME_DIRECTORY: pebble.directory,
    AGENTPOD_ACME_CA: pebble.caFile,
    AGENTPOD_DNS_SERVERS: knot.server,
    AGENTPOD_OUTBOUND_ALLOW: "127.0.0.0/8",
    AGENTPOD_BASE_DOMAIN: "pods.e2e-pods.com",
  };
  await installation.start(environment);
  const dnsCredentials = { server: knot.server, keyName: knotKey.name, algorithm: knotKey.algorithm, secret: knotKey.secret };
  let files = 0;
  return {
    installation,
    pebble,
    knot,
    httpsPort,
    environment,
    dnsCredentials,
    async publish(zone, name, value) {
      await (await dnsWriter("rfc2136", dnsCredentials)).addTxt({ zone, name, value });
    },
    async curl(host, trusted) {
      const ca = join(installation.home.root, `trusted-${++files}.pem`);
      await writeFile(ca, trusted);
      const at = ["--resolve", `${host}:${httpsPort}:127.0.0.1`, "--noproxy", "*", "--max-time", "20"];
      const format = "\\n%{http_version} %{response_code}";
      const { stdout } = await run("curl", [
        "--silent",
        "--show-error",
        "--cacert",
        ca,
        "--http2",
        ...at,
        "--write-out",
        format,
        `https://${host}:${httpsPort}/`,
      ]);
      const end = stdout.lastIndexOf("\n");
      const [version = "", status = ""] = stdout.slice(end + 1).split(" ");
      return { version, status: Number(status), body: stdout.slice(0, end) };
    },
    async destroy() {
      await installation.destroy();
      await pebble.stop();
      await knot.stop();
    },
  };
}
