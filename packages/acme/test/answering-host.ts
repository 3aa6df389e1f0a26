import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createSecureContext, createServer as createTlsServer, type Server as TlsServer } from "node:tls";
import type { Proof } from "../src/proof.ts";

/** A host that answers proofs by HTTP and TLS-ALPN, as a gateway does. */
export interface AnsweringHost {
  httpPort: number;
  tlsPort: number;
  /** What it shows at the moment. */
  shown: Set<Proof>;
  close(): void;
}

export async function answeringHost(): Promise<AnsweringHost> {
  const shown = new Set<Proof>();
  const http: Server = createServer((request, response) => {
    const host = request.headers.host?.replace(/:\d+$/, "");
    const proof = [...shown].find((one) => one.challenge === "http-01" && one.host === host && one.path === request.url);
    if (proof?.challenge === "http-01") response.end(proof.body);
    else response.writeHead(404).end("nothing here");
  });
  const tls: TlsServer = createTlsServer({
    ALPNProtocols: ["acme-tls/1"],
    SNICallback(name, done) {
      const proof = [...shown].find((one) => one.challenge === "tls-alpn-01" && one.host === name);
      if (proof?.challenge === "tls-alpn-01") done(null, createSecureContext({ cert: proof.chain, key: proof.key }));
      else done(new Error("nothing here"));
    },
  });
  for (const server of [http, tls]) {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  }
  tls.on("tlsClientError", () => undefined);
  return {
    httpPort: (http.address() as AddressInfo).port,
    tlsPort: (tls.address() as AddressInfo).port,
    shown,
    close() {
      http.close();
      http.closeAllConnections();
      tls.close();
    },
  };
}
