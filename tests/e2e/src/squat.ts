import { createServer, type Server } from "node:net";

/** A stranger on these ports of an address, until the function it gives is called. Ports that are taken already are left out. */
export async function squat(address: string, ports: readonly number[]): Promise<() => Promise<void>> {
  const servers = await Promise.all(ports.map((port) => listen(address, port)));
  return async () => {
    await Promise.all(servers.map((server) => server && new Promise((resolve) => server.close(resolve))));
  };
}

function listen(address: string, port: number): Promise<Server | null> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once("error", (error: NodeJS.ErrnoException) => (error.code === "EADDRINUSE" ? resolve(null) : reject(error)));
    server.listen(port, address, () => resolve(server));
  });
}
