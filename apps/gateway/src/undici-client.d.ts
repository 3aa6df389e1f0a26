/** Only the client: the package's front door loads fetch, caches and WebSockets too, 11 MB that the gateway never uses. */
declare module "undici/lib/dispatcher/client.js" {
  import type { Client } from "undici";

  const client: typeof Client;
  export default client;
}
