import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { connect, createSecureContext, createServer as createTlsServer, type SecureContext } from "node:tls";
import { AppError } from "@agentpod/core/errors";
import type { CertificateSet, Challenge } from "@agentpod/core/gateway-tls";
import { isCoveredByWildcard } from "@agentpod/core/host-name";
import type { Gateway } from "@agentpod/core/route-table";

/** The part of a gateway that certificates need, on real ports: answers proofs and serves certificates by name. */
export interface TestingFront {
  gateway: Gateway;
  httpPort: number;
  tlsPort: number;
  /** Takes no proofs over HTTP, as where port 80 is not let through. */
  isHttpShut: boolean;
  challenges: Challenge[];
  set: CertificateSet | null;
  /** Gone with all it knew, until `rise`. */
  fall(): void;
  rise(): void;
  /** Calls that took effect. */
  calls: string[];
  /** Common name of the issuer and serial of what a visitor of the host gets, by this root; throws where it is not trusted. */
  visit(host: string, root: string): Promise<{ issuer: string; serial: string }>;
  close(): void;
}

export async function testingFront(): Promise<TestingFront> {
  let isUp = true;
  let watchers: ((error: AppError) => void)[] = [];
  const away = (): AppError => new AppError("unavailable", "The gateway does not answer.");
  const needUp = (): void => {
    if (!isUp) throw away();
  };
  const http = createServer((request, response) => {
    if (!isUp || front.isHttpShut) return void request.socket.destroy();
    const host = request.headers.host?.replace(/:\d+$/, "");
    const found = front.challenges.find((one) => one.kind === "http" && one.host === host && one.path === request.url);
    if (found?.kind === "http") response.end(found.body);
    else response.writeHead(404).end();
  });
  const contextFor = (name: string): SecureContext | null => {
    const proof = front.challenges.find((one) => one.kind === "tls-alpn" && one.host === name);
    if (proof?.kind === "tls-alpn") return createSecureContext({ cert: proof.chain, key: proof.key });
    const served = front.set?.certificates.find(({ names }) => names.some((one) => isCoveredByWildcard(name, one)));
    return served ? createSecureContext({ cert: served.chain, key: served.key }) : null;
  };
  const tls = createTlsServer({
    ALPNProtocols: ["acme-tls/1", "http/1.1"],
    SNICallback(name, done) {
      const context = isUp ? contextFor(name) : null;
      if (context) done(null, context);
      else done(new Error("no certificate"));
    },
  });
  tls.on("tlsClientError", () => undefined);
  tls.on("secureConnection", (socket) => socket.on("error", () => undefined).end());
  for (const server of [http, tls]) {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  }
  const unused = async (): Promise<never> => {
    throw new Error("certificates need no such thing");
  };
  const front: TestingFront = {
    httpPort: (http.address() as AddressInfo).port,
    tlsPort: (tls.address() as AddressInfo).port,
    isHttpShut: false,
    challenges: [],
    set: null,
    calls: [],
    gateway: {
      kind: "memory",
      apply: unused,
      probe: unused,
      async *logs() {},
      async observe() {
        needUp();
        const https = { certificateVersion: front.set?.version ?? "", httpsPort: front.tlsPort, httpsError: null };
        return { servedVersion: 0, since: "", load: {}, portErrors: {}, ...https };
      },
      async setCertificates(set) {
        needUp();
        for (const { id, chain, key } of set.certificates) {
          try {
            createSecureContext({ cert: chain, key });
          } catch (cause) {
            throw new AppError("invalid", `Certificate ${id} cannot be served.`, { cause });
          }
        }
        front.set = set;
        front.calls.push("certificates");
      },
      async setChallenges(challenges) {
        needUp();
        front.challenges = [...challenges];
        front.calls.push("challenges");
      },
      async *watch(signal) {
        needUp();
        await new Promise<void>((resolve, reject) => {
          watchers.push(reject);
          signal.addEventListener("abort", () => resolve(), { once: true });
        });
      },
    },
    fall() {
      isUp = false;
      Object.assign(front, { set: null, challenges: [] });
      for (const fail of watchers) fail(away());
      watchers = [];
    },
    rise() {
      isUp = true;
    },
    async visit(host, root) {
      const socket = connect({ port: front.tlsPort, host: "127.0.0.1", servername: host, ca: [root] });
      await once(socket, "secureConnect");
      const { issuer, serialNumber } = socket.getPeerCertificate();
      socket.destroy();
      return { issuer: String(issuer.CN), serial: serialNumber.toLowerCase() };
    },
    close() {
      http.close();
      http.closeAllConnections();
      tls.close();
    },
  };
  return front;
}
