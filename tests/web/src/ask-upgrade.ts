import { request } from "node:http";

/** Asks for a WebSocket with these headers, as no browser would let a page choose them; gives the status of the answer, 101 where it opened. */
export function askUpgrade(url: string, headers: Record<string, string>): Promise<number> {
  const { port, pathname, search, host } = new URL(url);
  return new Promise((resolve, reject) => {
    const asked = request({
      host: "127.0.0.1",
      port,
      path: pathname + search,
      headers: {
        host,
        connection: "Upgrade",
        upgrade: "websocket",
        "sec-websocket-version": "13",
        "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
        ...headers,
      },
    });
    asked.on("upgrade", (response, socket) => {
      socket.destroy();
      resolve(response.statusCode ?? 0);
    });
    asked.on("response", (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    asked.on("error", reject);
    asked.end();
  });
}
