import type { ServerResponse } from "node:http";
import { flushFrame, keepAlive, sideband } from "./pkt-line.ts";

/** What who pushes hears: lines for people beside git's report. A client without side-bands hears the report alone. */
export interface PushTalk {
  say(line: string): void;
  /** Frames of git's own, as they come. */
  pass(frame: Buffer): void;
  /** So that nobody between takes the silence for the end. */
  stay(): void;
  report(report: Buffer): void;
  end(): void;
}

/** The head is sent with the first word. */
export function pushTalk(response: ServerResponse, hasSideband: boolean): PushTalk {
  const write = (bytes: Buffer): void => {
    if (response.destroyed) return;
    if (!response.headersSent) writeGitHead(response, "result");
    response.write(bytes);
  };
  const aside = (bytes: Buffer): void => {
    if (hasSideband) write(bytes);
  };
  return {
    // Names and messages may hold what a terminal obeys.
    say: (line) => aside(sideband(2, `${line.replaceAll(/\p{C}/gu, " ")}\n`)),
    pass: aside,
    stay: () => aside(keepAlive),
    report: (report) => write(hasSideband ? sideband(1, report) : report),
    end() {
      if (response.destroyed) return;
      if (hasSideband) write(flushFrame);
      else if (!response.headersSent) writeGitHead(response, "result");
      response.end();
    },
  };
}

export function writeGitHead(response: ServerResponse, what: "advertisement" | "result"): void {
  response.writeHead(200, {
    "content-type": `application/x-git-receive-pack-${what}`,
    "cache-control": "no-cache, max-age=0, must-revalidate",
    // Progress is to be seen while it happens, whoever stands between.
    "x-accel-buffering": "no",
  });
}
