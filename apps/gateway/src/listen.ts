import { chmodSync, rmSync } from "node:fs";
import type { Server } from "node:net";
import { AppError } from "@agentpod/core/errors";

/** Resolves once it listens; throws `conflict` when the port is taken, else `unavailable` with the system's reason. */
export async function listen(server: Server, host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE")
        reject(new AppError("conflict", `Port ${port} is taken by another program. Stop it or choose another port.`, { cause: error }));
      else if (error.code === "EACCES")
        reject(new AppError("forbidden", `Port ${port} may not be opened by this user. Choose a port above 1023.`, { cause: error }));
      else
        reject(new AppError("unavailable", `Port ${port} cannot be opened on ${host}: ${error.code ?? error.message}.`, { cause: error }));
    };
    server.once("error", onError);
    server.listen({ host, port, backlog: 4096 }, () => {
      server.off("error", onError);
      resolve();
    });
  });
}

/** Listens on a unix socket that only this user may open. A socket file left by a dead process is replaced. */
export async function listenPrivately(server: Server, path: string): Promise<void> {
  rmSync(path, { force: true });
  await new Promise<void>((resolve, reject) => {
    // The file exists from the moment of listening: it must be private at once.
    const umask = process.umask(0o177);
    server.once("error", reject);
    try {
      server.listen(path, () => {
        server.off("error", reject);
        resolve();
      });
    } finally {
      process.umask(umask);
    }
  });
  chmodSync(path, 0o600);
}
