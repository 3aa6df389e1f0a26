import { readFileSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "@agentpod/core/errors";

/** Where a container engine answers. */
export type EngineAddress =
  | { kind: "unix"; path: string }
  | { kind: "tcp"; host: string; port: number; tls: { ca: string; cert: string; key: string } | null }
  /** Reached by the system's `ssh` (its keys and configuration) and the engine's CLI there. */
  | { kind: "ssh"; host: string; port: number | null; user: string | null };

/** Reads `unix:///path`, `tcp://host:port` or `ssh://user@host[:port]`. Throws `invalid` for anything else. */
export function parseEngineAddress(text: string, certFolder?: string): EngineAddress {
  if (text.startsWith("/")) return { kind: "unix", path: text };
  const url = URL.parse(text.includes("://") ? text : `tcp://${text}`);
  if (url?.protocol === "unix:" && url.pathname !== "" && url.host === "") return { kind: "unix", path: decodeURIComponent(url.pathname) };
  // A host that begins with a dash would be an option to ssh.
  if (url && url.hostname !== "" && !url.hostname.startsWith("-") && !decodeURIComponent(url.username).startsWith("-")) {
    const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
    const port = url.port === "" ? null : Number(url.port);
    if (url.protocol === "ssh:") return { kind: "ssh", host, port, user: url.username === "" ? null : decodeURIComponent(url.username) };
    if (url.protocol === "tcp:") {
      const tls = certFolder ? readCertificates(certFolder) : null;
      return { kind: "tcp", host, port: port ?? (tls ? 2376 : 2375), tls };
    }
  }
  throw new AppError("invalid", `${text} is no address of a container engine: give unix:///path, tcp://host:port or ssh://user@host.`);
}

/** For people and messages. */
export function formatEngineAddress(address: EngineAddress): string {
  if (address.kind === "unix") return `unix://${address.path}`;
  if (address.kind === "tcp") return `tcp://${address.host}:${address.port}`;
  return `ssh://${address.user ? `${address.user}@` : ""}${address.host}${address.port ? `:${address.port}` : ""}`;
}

function readCertificates(folder: string): { ca: string; cert: string; key: string } {
  const read = (file: string) => {
    try {
      return readFileSync(join(folder, file), "utf8");
    } catch (cause) {
      throw new AppError("invalid", `The engine's certificates need ${join(folder, file)}, which cannot be read.`, { cause });
    }
  };
  return { ca: read("ca.pem"), cert: read("cert.pem"), key: read("key.pem") };
}
