import { request } from "node:https";
import { connect } from "node:tls";

/** Visitors of one host that never stop, each request over a connection of its own. */
export interface SteadyVisitors {
  answered: number;
  /** What went wrong, one line each. */
  failed: string[];
  /** Resolves when the last has its answer. */
  stop(): Promise<void>;
}

export function steadyVisitors(host: string, port: number, trusted: string, atOnce = 8): SteadyVisitors {
  let isStopped = false;
  const visitors: SteadyVisitors = {
    answered: 0,
    failed: [],
    async stop() {
      isStopped = true;
      await Promise.all(loops);
    },
  };
  const visit = (): Promise<void> =>
    new Promise((resolve) => {
      const outgoing = request({ host: "127.0.0.1", port, servername: host, headers: { host }, ca: trusted, agent: false }, (response) => {
        response.resume().on("end", () => {
          if (response.statusCode === 200) visitors.answered++;
          else visitors.failed.push(`status ${response.statusCode}`);
          resolve();
        });
      });
      outgoing.on("error", (error) => {
        visitors.failed.push(error.message);
        resolve();
      });
      outgoing.end();
    });
  const loops = Array.from({ length: atOnce }, async () => {
    while (!isStopped) await visit();
  });
  return visitors;
}

/** Serial number of the certificate that a visitor gets; throws where it is not trusted. */
export function servedSerial(host: string, port: number, trusted: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port, servername: host, ca: trusted, ALPNProtocols: ["http/1.1"] }, () => {
      resolve(socket.getPeerCertificate().serialNumber);
      socket.destroy();
    });
    socket.once("error", reject);
  });
}
