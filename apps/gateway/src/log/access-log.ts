import { join } from "node:path";
import type { AccessLogLine } from "@agentpod/core/route-table";
import { LogFile, lastLines } from "./log-file.ts";

const ringSize = 1000;
const fileCapBytes = 20_000_000;

/** What was asked and answered: the last thousand lines in memory, more in `access.jsonl`. Lines are kept as JSON text. */
export class AccessLog {
  readonly #file: LogFile;
  readonly #ring: string[];
  #next = 0;
  readonly #followers = new Set<(line: string) => void>();

  constructor(stateDir: string, capBytes = fileCapBytes) {
    const path = join(stateDir, "access.jsonl");
    this.#ring = lastLines(path, 256_000).filter(isLine).slice(-ringSize);
    this.#next = this.#ring.length % ringSize;
    this.#file = new LogFile(path, capBytes);
  }

  record(line: AccessLogLine): void {
    const text = JSON.stringify(line);
    this.#ring[this.#next] = text;
    this.#next = (this.#next + 1) % ringSize;
    this.#file.append(text);
    for (const follower of this.#followers) follower(text);
  }

  /** The last `count` lines of a route (null: of all), oldest first. */
  tail(count: number, route: string | null): string[] {
    if (count <= 0) return [];
    const ordered = this.#ring.length < ringSize ? this.#ring : [...this.#ring.slice(this.#next), ...this.#ring.slice(0, this.#next)];
    return ordered.filter((line) => isOf(line, route)).slice(-count);
  }

  /** Calls back for each new line of the route until the returned function is called. */
  follow(route: string | null, callback: (line: string) => void): () => void {
    const follower = (line: string) => {
      if (isOf(line, route)) callback(line);
    };
    this.#followers.add(follower);
    return () => this.#followers.delete(follower);
  }

  /** Resolves once everything recorded so far is in the file. */
  flush(): Promise<void> {
    return this.#file.flush();
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

// Quotes in values are escaped, so this text can only be the field itself.
const isOf = (line: string, route: string | null): boolean => route === null || line.includes(`"route":${JSON.stringify(route)},`);

/** A power cut may leave half a line. */
function isLine(text: string): boolean {
  try {
    return typeof JSON.parse(text) === "object";
  } catch {
    return false;
  }
}
