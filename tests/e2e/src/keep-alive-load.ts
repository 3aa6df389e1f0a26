import { setTimeout as delay } from "node:timers/promises";
import { Agent, request } from "undici";

/** Requests over kept connections that never stop, each loop one after another. */
export interface KeepAliveLoad {
  /** How often each answer came. */
  seen: Map<string, number>;
  /** What went wrong, one line each. */
  failed: string[];
  /** Resolves when the last has its answer. */
  stop(): Promise<void>;
}

/** `paths`: one loop for each. `pauseMs` between two requests of a loop leaves the machine to what is tried meanwhile. */
export function keepAliveLoad(port: number, host: string, paths: readonly string[], pauseMs = 0): KeepAliveLoad {
  const agent = new Agent({ connections: paths.length * 2, pipelining: 1, keepAliveTimeout: 60_000 });
  let isStopped = false;
  const load: KeepAliveLoad = {
    seen: new Map(),
    failed: [],
    async stop() {
      isStopped = true;
      await Promise.all(loops);
      if (!agent.closed) await agent.close();
    },
  };
  const visit = async (path: string): Promise<void> => {
    try {
      const { statusCode, body } = await request(`http://127.0.0.1:${port}${path}`, {
        headers: { host: `${host}:${port}` },
        dispatcher: agent,
      });
      const text = await body.text();
      if (statusCode === 200) load.seen.set(text, (load.seen.get(text) ?? 0) + 1);
      else load.failed.push(`${path} ${statusCode} ${text.slice(0, 200)}`);
    } catch (error) {
      load.failed.push(`${path} ${(error as Error).message}`);
    }
  };
  const loops = paths.map(async (path) => {
    while (!isStopped) {
      await visit(path);
      if (pauseMs > 0) await delay(pauseMs);
    }
  });
  return load;
}
