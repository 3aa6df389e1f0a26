import type { Server } from "node:http";
import type { GatewaySettings } from "../env.ts";
import { certificateFile } from "./certificate-file.ts";
import type { CertificateIndex } from "./certificate-index.ts";
import { Challenges } from "./challenges.ts";
import type { HttpsState } from "./early-answer.ts";
import { type H2Handler, H2Sessions } from "./h2-sessions.ts";
import { Handshakes } from "./handshakes.ts";
import { HttpsDoor } from "./https-door.ts";
import { ServedCertificates } from "./served-certificates.ts";

export interface HttpsParts {
  /** Serves HTTP/1.1 over TLS; it does not listen itself. */
  http: Server;
  serve: H2Handler;
  /** The port could not be opened at first and now is. */
  onOpened(): void;
}

/** All of HTTPS: the certificates in force, the challenges of proofs, and the port. */
export class Https implements HttpsState {
  readonly #settings: GatewaySettings;
  readonly #served: ServedCertificates;
  readonly challenges = new Challenges();
  #handshakes: Handshakes | null = null;
  #door: HttpsDoor | null = null;

  constructor(settings: GatewaySettings) {
    this.#settings = settings;
    this.#served = new ServedCertificates(certificateFile(settings.stateDir), () => this.#handshakes?.refresh());
  }

  get certificates(): CertificateIndex {
    return this.#served.index;
  }

  get port(): number | null {
    const own = this.#door?.port ?? null;
    return own === null ? null : (this.#settings.publicHttpsPort ?? own);
  }

  /** Serves the last certificates and opens the port. Where that is taken: throws if it was asked for, else goes on without and tries again. */
  async start({ http, serve, onOpened }: HttpsParts): Promise<void> {
    await this.#served.restore();
    const { httpsPort, host, isHttpsNeeded } = this.#settings;
    if (httpsPort === null) return;
    const handshakes = new Handshakes(
      () => this.#served.index,
      this.challenges,
      (socket) => door.serve(socket),
    );
    const door = new HttpsDoor({ handshakes, http, http2: new H2Sessions(serve) });
    this.#handshakes = handshakes;
    this.#door = door;
    await door.open(host, httpsPort, isHttpsNeeded, onOpened);
  }

  /** See `ServedCertificates.apply`. */
  applyCertificates(lines: AsyncIterable<string>): Promise<void> {
    return this.#served.apply(lines);
  }

  observe(): { certificateVersion: string; httpsPort: number | null; httpsError: string | null } {
    return { certificateVersion: this.#served.version, httpsPort: this.#door?.port ?? null, httpsError: this.#door?.error ?? null };
  }

  /** Takes nothing new; resolves when nothing is open. */
  async close(): Promise<void> {
    await this.#door?.close();
  }

  /** Ends what is still open. */
  cut(): void {
    this.#door?.cut();
  }
}
