import { request } from "node:http";
import { type Answer, host } from "./rig.ts";

export interface Asked {
  method?: string;
  path?: string;
  headers?: Record<string, string | string[]>;
  body?: string;
}

/** One request to a gateway on this machine, on a connection of its own. */
export function ask(port: number, { method = "GET", path = "/", headers = {}, body }: Asked = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ port, host: "127.0.0.1", method, path, headers: { host, ...headers }, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString("utf8"),
          trailers: response.trailers,
        }),
      );
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}
