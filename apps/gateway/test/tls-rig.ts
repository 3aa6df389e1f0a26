import { once } from "node:events";
import { type ClientHttp2Session, connect as connectH2, type IncomingHttpHeaders } from "node:http2";
import { request } from "node:https";
import { type ConnectionOptions, connect, type TLSSocket } from "node:tls";
import type { ServedCertificate } from "@agentpod/core/gateway-tls";
import { testCertificate } from "@agentpod/host/test-certificate";
import type { GatewaySettings } from "../src/env.ts";
import type { Asked } from "./ask.ts";
import { type Answer, afterTest, host, type Rig, startRig } from "./rig.ts";

export interface TlsRig extends Rig {
  tlsPort: number;
  /** Puts these in force as a new version. */
  certify(...certificates: ServedCertificate[]): Promise<void>;
}

let version = 0;

/** The control socket's lines of a set. */
export async function* setLines(name: string, certificates: readonly ServedCertificate[]): AsyncGenerator<string> {
  yield JSON.stringify({ version: name, count: certificates.length });
  for (const certificate of certificates) yield JSON.stringify(certificate);
}

/** A gateway with HTTPS, and no certificate yet. */
export async function startTlsRig(change: Partial<GatewaySettings> = {}): Promise<TlsRig> {
  const rig = await startRig({ httpsPort: 0, isHttpsNeeded: true, ...change });
  return {
    ...rig,
    tlsPort: rig.gateway.observe().httpsPort as number,
    certify: (...certificates) => {
      version += 1;
      return rig.gateway.https.applyCertificates(setLines(`version-${version}`, certificates));
    },
  };
}

export async function certificate(
  id: string,
  names: string[] = [host],
  change: Partial<ServedCertificate> = {},
  kind: "ecdsa" | "rsa" = "ecdsa",
): Promise<ServedCertificate> {
  return { id, names, ...(await testCertificate(names, kind)), ocsp: null, isPublic: true, ...change };
}

/** A finished handshake; rejects where it is refused. */
export async function shake(port: number, options: ConnectionOptions = { servername: host }): Promise<TLSSocket> {
  const socket = connect({ port, host: "127.0.0.1", rejectUnauthorized: false, ...options });
  afterTest(() => socket.destroy());
  await once(socket, "secureConnect");
  socket.on("error", () => {});
  return socket;
}

/** The code of the error that a handshake ends with. */
export const refusalOf = (port: number, options: ConnectionOptions): Promise<string> =>
  shake(port, options).then(
    () => "none",
    (error: NodeJS.ErrnoException) => error.code ?? error.message,
  );

/** One request over HTTP/1.1 and TLS. */
export function askTls(
  port: number,
  { method = "GET", path = "/", headers = {}, body }: Asked = {},
  servername: string = host,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { port, host: "127.0.0.1", method, path, headers: { host, ...headers }, agent: false as const, servername };
    const outgoing = request({ ...options, rejectUnauthorized: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const { statusCode = 0, headers: answered, trailers } = response;
        resolve({ status: statusCode, headers: answered, body: Buffer.concat(chunks).toString("utf8"), trailers });
      });
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

export async function openH2(port: number, servername: string = host): Promise<ClientHttp2Session> {
  const session = connectH2(`https://127.0.0.1:${port}`, { servername, rejectUnauthorized: false });
  afterTest(() => session.destroy());
  await once(session, "connect");
  session.on("error", () => {});
  return session;
}

export interface H2Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
  trailers: IncomingHttpHeaders;
}

/** One request on a session; rejects where its stream is reset. */
export function askH2(
  session: ClientHttp2Session,
  headers: Record<string, string | string[]> = {},
  body?: string | Buffer,
): Promise<H2Answer> {
  return new Promise((resolve, reject) => {
    const stream = session.request({ ":authority": host, ":path": "/", ":method": body === undefined ? "GET" : "POST", ...headers });
    const answer: H2Answer = { status: 0, headers: {}, body: "", trailers: {} };
    stream.on("response", (received) => {
      answer.status = received[":status"] ?? 0;
      answer.headers = received;
    });
    stream.on("trailers", (trailers) => {
      answer.trailers = trailers;
    });
    stream.setEncoding("utf8");
    stream.on("data", (chunk: string) => {
      answer.body += chunk;
    });
    stream.on("error", reject);
    stream.on("close", () => (stream.rstCode === 0 ? resolve(answer) : reject(new Error(`reset with ${stream.rstCode}`))));
    stream.end(body);
  });
}
