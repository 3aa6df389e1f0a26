import { AppError } from "@agentpod/core/errors";
import type { CertificateSet, ServedCertificate } from "@agentpod/core/gateway-tls";
import { logProcess } from "../log/process-log.ts";
import type { CertificateFile } from "./certificate-file.ts";
import { type CertificateEntry, CertificateIndex } from "./certificate-index.ts";
import { type CheckedSet, certificateLines, readCertificateLines } from "./certificate-lines.ts";

/** The certificates in force: first on disk, then served, one change after another. */
export class ServedCertificates {
  readonly #file: CertificateFile;
  readonly #onChange: () => void;
  #version = "";
  #index = new CertificateIndex([]);
  #byId = new Map<string, CertificateEntry>();
  #applying: Promise<unknown> = Promise.resolve();

  /** `onChange` is called after each switch. */
  constructor(file: CertificateFile, onChange: () => void) {
    this.#file = file;
    this.#onChange = onChange;
  }

  /** Empty: none were ever given, or those of the last run are lost. */
  get version(): string {
    return this.#version;
  }

  get index(): CertificateIndex {
    return this.#index;
  }

  /** Serves what was served when the gateway last ran. Without it, or where it cannot be read, none: the control plane sees that and sends them. */
  async restore(): Promise<void> {
    try {
      this.#serve(await this.#read(this.#file.lines()));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
      logProcess("error", "The last certificates cannot be read; HTTPS has none until the control plane sends them.", {
        error: error instanceof AppError ? error.message : (error as NodeJS.ErrnoException).code,
      });
    }
  }

  /** Resolves once the set, as lines, is on disk and served. The same version: no effect. `invalid` names what is wrong; nothing changes then. */
  apply(lines: AsyncIterable<string>): Promise<void> {
    // The lines are read at once: they come from a connection that would wait otherwise.
    const reading = this.#read(lines);
    const applied = this.#applying.then(async () => {
      const set = await reading;
      if (set.version === this.#version) return;
      await this.#file.save(certificateLines(plain(set)));
      this.#serve(set);
    });
    this.#applying = applied.catch(() => {});
    return applied;
  }

  #read(lines: AsyncIterable<string>): Promise<CheckedSet> {
    return readCertificateLines(lines, (certificate) => {
      const known = this.#byId.get(certificate?.id);
      return known !== undefined && isSame(known.certificate, certificate) ? known : null;
    });
  }

  #serve(set: CheckedSet): void {
    const entries = set.certificates.map((checked): CertificateEntry => {
      const known = this.#byId.get(checked.certificate.id);
      return known === checked ? known : { ...checked, context: null };
    });
    this.#byId = new Map(entries.map((entry) => [entry.certificate.id, entry]));
    this.#index = new CertificateIndex(entries);
    this.#version = set.version;
    this.#onChange();
  }
}

const plain = (set: CheckedSet): CertificateSet => ({
  version: set.version,
  certificates: set.certificates.map(({ certificate }) => certificate),
});

function isSame(a: ServedCertificate, b: ServedCertificate): boolean {
  return (
    a.key === b.key &&
    a.chain === b.chain &&
    a.ocsp === b.ocsp &&
    a.isPublic === b.isPublic &&
    Array.isArray(b.names) &&
    a.names.length === b.names.length &&
    a.names.every((name, i) => name === b.names[i])
  );
}
