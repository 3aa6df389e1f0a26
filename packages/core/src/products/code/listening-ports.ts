/** State of a socket that listens, in the kernel's tables. */
const listening = "0A";
/** 127.0.0.11, where the engine answers for names in each container. */
const engineNames = "0B00007F";

export interface ListeningPort {
  port: number;
  /** For itself alone: on a loopback address. */
  isLocal: boolean;
}

/**
 * Ports on which something listens, and whether for others too or for itself alone, from the text of /proc/net/tcp and tcp6: of one user's programs, or
 * (null) of all. Lines that are none are left out.
 */
export function listeningPorts(tables: string, uid: number | null = null): ListeningPort[] {
  const found = new Map<number, boolean>();
  for (const line of tables.split("\n")) {
    const [, address = "", , state, , , , owner] = line.trim().split(/\s+/);
    const [host = "", port = ""] = address.split(":");
    if (state !== listening || !/^[0-9A-F]{4}$/.test(port) || host === engineNames) continue;
    if (uid !== null && Number(owner) !== uid) continue;
    const number = Number.parseInt(port, 16);
    const isLocal = host === "0100007F" || host === "00000000000000000000000001000000";
    found.set(number, (found.get(number) ?? true) && isLocal);
  }
  return [...found].map(([port, isLocal]) => ({ port, isLocal })).sort((a, b) => a.port - b.port);
}

/**
 * What is the matter where a program is awaited at `port` and does not answer there; null where its ports tell nothing. `isAlone`: it has a network of
 * its own, in which its port may be any.
 */
export function portAdvice(ports: readonly ListeningPort[], port: number, isAlone: boolean): string | null {
  const there = ports.find((each) => each.port === port);
  if (there?.isLocal && isAlone) return `It listens on 127.0.0.1:${port} alone, where nobody else reaches it: let it listen on 0.0.0.0.`;
  const others = ports.filter((each) => !(each.isLocal && isAlone) && each.port !== port);
  const [first] = others;
  if (there !== undefined || first === undefined) return there === undefined && ports.length === 0 ? "It listens on no port." : null;
  const list = others.map((each) => each.port).join(", ");
  return isAlone
    ? `It listens on port ${list}, not on ${port}: let it listen on the port in PORT, or say ports: [${first.port}] in agentpod.yaml.`
    : `It listens on port ${list}, not on ${port}: let it listen on the port in PORT.`;
}
