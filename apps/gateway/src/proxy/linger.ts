import type { ClientRequest, ClientResponse } from "./client.ts";

const lingerMilliseconds = 5000;

/** The answer came before the body's end: its rest is read and dropped for a while, so that the client gets to see the answer. */
export function linger(request: ClientRequest, response: ClientResponse): void {
  const timer = setTimeout(() => (response.cut ? response.cut() : request.socket.destroy()), lingerMilliseconds).unref();
  request.on("end", () => clearTimeout(timer));
  request.resume();
}
