import { createHash } from "node:crypto";
import type { Socket } from "node:net";
import { createServer, type SecureContext, type Server, type TLSSocket } from "node:tls";
import { type CertificateEntry, type CertificateIndex, contextOf } from "./certificate-index.ts";
import type { ChallengeCertificate, Challenges } from "./challenges.ts";
import { readClientHello } from "./client-hello.ts";
import { connectionBelow } from "./connection-below.ts";
import { newTicketKeys, tlsOptions } from "./tls-options.ts";

const handshakeMilliseconds = 10_000;
const ticketKeyMilliseconds = 12 * 3_600_000;
const challengeProtocol = "acme-tls/1";
/** A fatal alert in its record: unrecognized_name. */
const unrecognizedName = Buffer.from([21, 3, 3, 0, 2, 2, 112]);

/** Turns connections into TLS connections, each with the certificate for the name its client asks for. */
export class Handshakes {
  readonly #index: () => CertificateIndex;
  readonly #challenges: Challenges;
  readonly #onSecure: (socket: TLSSocket) => void;
  /** By the certificate for clients that name no host, which depends on the address they called. */
  readonly #servers = new Map<CertificateEntry | null, Server>();
  readonly #ocsp = new Map<string, Buffer>();
  #ticketKeys = newTicketKeys();
  readonly #rotation: NodeJS.Timeout;

  /** `onSecure` gets each connection whose handshake has ended well, challenges excepted. */
  constructor(index: () => CertificateIndex, challenges: Challenges, onSecure: (socket: TLSSocket) => void) {
    this.#index = index;
    this.#challenges = challenges;
    this.#onSecure = onSecure;
    this.#rotation = setInterval(() => this.#renewTicketKeys(), ticketKeyMilliseconds).unref();
  }

  /** Begins a handshake; one that fails or takes too long ends with its connection, and nobody hears of it. */
  accept(raw: Socket): void {
    raw.on("error", ignore);
    if (this.#challenges.hasTlsAlpn) this.#peek(raw);
    else this.#shake(raw);
  }

  /** The certificates changed: handshakes from now on see the new ones, open connections none of it. */
  refresh(): void {
    this.#servers.clear();
    this.#ocsp.clear();
  }

  stop(): void {
    clearInterval(this.#rotation);
  }

  #shake(raw: Socket): void {
    const index = this.#index();
    const entry = index.hasAddresses ? index.findAddress(raw.localAddress ?? "") : index.standard;
    let server = this.#servers.get(entry);
    if (server === undefined) {
      server = this.#createServer(entry);
      this.#servers.set(entry, server);
    }
    server.emit("connection", raw);
  }

  #createServer(entry: CertificateEntry | null): Server {
    const select = this.#select;
    const server = createServer({
      ...tlsOptions,
      ...(entry !== null && { cert: entry.certificate.chain, key: entry.certificate.key }),
      ALPNProtocols: ["h2", "http/1.1"],
      handshakeTimeout: handshakeMilliseconds,
      ticketKeys: this.#ticketKeys,
      SNICallback(this: unknown, name, done) {
        select(this as TLSSocket, name, done);
      },
    });
    server.on("secureConnection", this.#onSecure);
    server.on("tlsClientError", endFailed);
    if (this.#index().hasOcsp) server.on("OCSPRequest", (leaf: Buffer, _issuer: Buffer, done) => done(null, this.#stapleFor(leaf)));
    return server;
  }

  readonly #select = (socket: TLSSocket, name: string, done: (error: Error | null, context?: SecureContext) => void): void => {
    const index = this.#index();
    const host = name.toLowerCase();
    // Some clients put an address here though the standard knows names alone.
    const entry = index.find(host) ?? (/^[\d.]+$|:/.test(host) ? index.findAddress(socket.localAddress ?? "") : null);
    if (entry !== null) {
      done(null, contextOf(entry));
      return;
    }
    // Node has no way to say which alert ends a handshake; nothing is encrypted yet, so it can be said below it.
    connectionBelow(socket)?.write(unrecognizedName);
    done(new Error("no certificate for this name"));
  };

  #stapleFor(leaf: Buffer): Buffer | null {
    if (this.#ocsp.size === 0) {
      for (const { certificate } of this.#index().entries)
        if (certificate.ocsp !== null) this.#ocsp.set(digest(derOf(certificate.chain)), Buffer.from(certificate.ocsp, "base64"));
    }
    return this.#ocsp.get(digest(leaf)) ?? null;
  }

  /** While there are challenges each connection's first words are looked at before TLS gets them. */
  #peek(raw: Socket): void {
    let bytes = Buffer.alloc(0);
    const timer = setTimeout(() => raw.destroy(), handshakeMilliseconds);
    raw.once("close", () => clearTimeout(timer));
    const onData = (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      const hello = readClientHello(bytes);
      if (hello === "more") return;
      clearTimeout(timer);
      raw.off("data", onData);
      raw.pause();
      raw.unshift(bytes);
      const isChallenge = hello !== null && hello.protocols.length === 1 && hello.protocols[0] === challengeProtocol;
      const challenge = isChallenge ? this.#challenges.certificateFor(hello.serverName ?? "") : undefined;
      if (challenge === undefined) this.#shake(raw);
      else this.#answerChallenge(raw, challenge);
    };
    raw.on("data", onData);
    raw.on("end", () => raw.destroy());
  }

  /** The handshake is the whole answer (RFC 8737). */
  #answerChallenge(raw: Socket, { chain, key }: ChallengeCertificate): void {
    const options = { ...tlsOptions, cert: chain, key, ALPNProtocols: [challengeProtocol], handshakeTimeout: handshakeMilliseconds };
    const server = createServer(options);
    server.on("tlsClientError", endFailed);
    server.on("secureConnection", (socket) => {
      socket.on("error", ignore);
      socket.end();
    });
    server.emit("connection", raw);
  }

  #renewTicketKeys(): void {
    this.#ticketKeys = newTicketKeys();
    for (const server of this.#servers.values()) server.setTicketKeys(this.#ticketKeys);
  }
}

const derOf = (chain: string): Buffer =>
  Buffer.from(/-----BEGIN CERTIFICATE-----([^-]+)-----END/.exec(chain)?.[1]?.replace(/\s/g, "") ?? "", "base64");

const digest = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("base64");

/** Node only tells of a handshake that took too long. */
function endFailed(_error: Error, socket: TLSSocket): void {
  socket.destroy();
}

function ignore(): void {}
