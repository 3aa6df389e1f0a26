import { join } from "node:path";
import type { AccessLogLine } from "@agentpod/core/route-table";
import { linesBackwards } from "./lines-backwards.ts";
import { LogFile, lastLines } from "./log-file.ts";
import { type LineTest, type LogQuery, lineTest } from "./log-query.ts";

const ringSize = 1000;
const fileCapBytes = 20_000_000;

/** What was asked and answered: the last thousand lines in memory, more in `access.jsonl`. Lines are kept as JSON text. */
export class AccessLog {
  readonly #path: string;
  readonly #file: LogFile;
  readonly #ring: string[];
  #next = 0;
  readonly #followers = new Set<(line: string) => void>();

  constructor(stateDir: string, capBytes = fileCapBytes) {
    this.#path = join(stateDir, "access.jsonl");
    this.#ring = lastLines(this.#path, 256_000).filter(isLine).slice(-ringSize);
    this.#next = this.#ring.length % ringSize;
    this.#file = new LogFile(this.#path, capBytes);
  }

  record(line: AccessLogLine): void {
    const text = JSON.stringify(line);
    this.#ring[this.#next] = text;
    this.#next = (this.#next + 1) % ringSize;
    this.#file.append(text);
    for (const follower of this.#followers) follower(text);
  }

  /** The last lines asked for, oldest first: from memory, and where those are too few from the files. */
  async search({ tail, isAsked, since }: Omit<LogQuery, "follow">): Promise<string[]> {
    if (tail === 0) return [];
    const ordered = this.#ring.length < ringSize ? this.#ring : [...this.#ring.slice(this.#next), ...this.#ring.slice(0, this.#next)];
    const recent = ordered.filter(isAsked).slice(-tail);
    if (recent.length === tail || (since !== null && timeOf(ordered[0]) < since)) return recent;
    await this.flush();
    const found: string[] = [];
    for (const path of [this.#path, `${this.#path}.1`]) {
      for await (const lines of linesBackwards(path)) {
        for (const line of lines) if (found.length < tail && isLine(line) && isAsked(line)) found.push(line);
        if (found.length === tail || (since !== null && timeOf(lines.at(-1)) < since)) return found.reverse();
      }
    }
    // A disk that takes nothing has fewer than memory.
    return found.length < recent.length ? recent : found.reverse();
  }

  /** Calls back for each new line of the route (null: of all) that is asked for, until the returned function is called. */
  follow(route: string | null, callback: (line: string) => void, isAsked: LineTest = lineTest(route)): () => void {
    const follower = (line: string) => {
      if (isAsked(line)) callback(line);
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

/** When a line's request began; a line that does not say so is as old as can be told. */
function timeOf(line: string | undefined): number {
  const at = /"at":"([^"]{1,40})"/.exec(line ?? "")?.[1];
  return at === undefined ? Number.POSITIVE_INFINITY : Date.parse(at);
}

/** A power cut may leave half a line. */
function isLine(text: string): boolean {
  try {
    return typeof JSON.parse(text) === "object";
  } catch {
    return false;
  }
}
