import { readFileSync } from "node:fs";
import { isIPv4 } from "node:net";

/** IPv4 name servers that this machine (or the one whose file is given), and so the engine's resolver, asks; the engine's own fallback where none is usable. */
export function nameServers(resolvConf: string | null = null): string[] {
  const files = resolvConf === null ? ["/etc/resolv.conf", "/run/systemd/resolve/resolv.conf"] : [resolvConf];
  const found = files.flatMap((file) => {
    try {
      return nameServersIn(readFileSync(file, "utf8"));
    } catch {
      return [];
    }
  });
  const usable = [...new Set(found)].filter((server) => !server.startsWith("127."));
  return usable.length > 0 ? usable : ["8.8.8.8", "8.8.4.4"];
}

/** The IPv4 addresses of a resolv.conf. */
export function nameServersIn(text: string): string[] {
  return text.split("\n").flatMap((line) => {
    const address = /^\s*nameserver\s+(\S+)/.exec(line)?.[1] ?? "";
    return isIPv4(address) ? [address] : [];
  });
}
