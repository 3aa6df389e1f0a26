import { once } from "node:events";
import { chmodSync, copyFileSync, rmSync } from "node:fs";
import type { Server } from "node:http";
import { dirname, join } from "node:path";
import { engineClient } from "./engine-client.ts";
import { engineObjects } from "./engine-objects.ts";
import type { ProxySettings } from "./env.ts";
import { installationPin } from "./installation-pin.ts";
import { proxyServer } from "./proxy-server.ts";

/**
 * Listens on a unix socket that the group may use. Beside it lies a copy of this container's resolv.conf, which is the
 * engine's machine's own where a container has no network: pods must be let through to these name servers.
 */
export async function runProxy(settings: ProxySettings, refused: (line: string) => void): Promise<Server> {
  const { engine, listen, subnets, firewallImage } = settings;
  const pin = installationPin(settings.stateDir);
  const objects = engineObjects(engineClient(engine), pin, settings.attach, settings.ownContainer);
  const server = proxyServer({ engine, pin, objects, subnets, firewallImage, refused });
  // A socket left by a killed proxy.
  rmSync(listen, { force: true });
  const before = process.umask(0o117);
  server.listen(listen);
  await once(server, "listening");
  process.umask(before);
  const resolvConf = join(dirname(listen), "resolv.conf");
  copyFileSync("/etc/resolv.conf", resolvConf);
  chmodSync(resolvConf, 0o644);
  return server;
}
