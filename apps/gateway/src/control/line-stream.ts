import type { ServerResponse } from "node:http";

const heartbeatMilliseconds = 15_000;
const mostBuffered = 1_000_000;

/** An endless NDJSON answer. A reader that does not keep up loses lines; an empty line now and then shows that we live. */
export function openLineStream(response: ServerResponse): { send(line: string): void; onClose(callback: () => void): void } {
  response.writeHead(200, ["content-type", "application/x-ndjson"]);
  response.flushHeaders();
  const timer = setInterval(() => response.write("\n"), heartbeatMilliseconds).unref();
  response.on("close", () => clearInterval(timer));
  return {
    send(line) {
      if (response.writableLength < mostBuffered) response.write(`${line}\n`);
    },
    onClose(callback) {
      response.on("close", callback);
    },
  };
}
