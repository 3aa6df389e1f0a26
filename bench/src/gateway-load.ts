import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { cpuMicroseconds, host, loadCore, type TestedProxy } from "./gateway-proxies.ts";

const execute = promisify(execFile);

/** One round of load on one proxy. */
export interface Round {
  perSecond: number;
  p99Milliseconds: number;
  /** CPU of the proxy for one request or message: what a busy machine around it disturbs least. */
  cpuMicroseconds: number;
}

export type Load = (proxy: TestedProxy, seconds: number) => Promise<Round>;

/** Keep-alive requests for a file, by wrk. */
export const requests =
  (path: string, connections: number): Load =>
  async (proxy, seconds) => {
    const before = await cpuMicroseconds(proxy.pid);
    const argv = ["-c", loadCore, "wrk", "-t1", `-c${connections}`, `-d${seconds}s`, "--latency", "-H", `Host: ${host}`];
    const { stdout } = await execute("taskset", [...argv, `http://127.0.0.1:${proxy.port}${path}`]);
    const cpu = (await cpuMicroseconds(proxy.pid)) - before;
    if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(`${proxy.name} failed under load: ${stdout}`);
    const count = Number(/(\d+) requests in/.exec(stdout)?.[1]);
    const perSecond = Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]);
    return { perSecond, p99Milliseconds: milliseconds(/99%\s+([\d.]+\w+)/.exec(stdout)?.[1] ?? ""), cpuMicroseconds: cpu / count };
  };

/** Echoes of 1 kB over WebSockets. */
export const echoes =
  (connections: number): Load =>
  async (proxy, seconds) => {
    const before = await cpuMicroseconds(proxy.pid);
    const script = fileURLToPath(new URL("./gateway-sockets.ts", import.meta.url));
    const argv = ["-c", loadCore, process.execPath, script, String(proxy.port), host, String(connections), String(seconds)];
    const { stdout } = await execute("taskset", argv);
    const cpu = (await cpuMicroseconds(proxy.pid)) - before;
    const { count, p99 } = JSON.parse(stdout) as { count: number; p99: number };
    return { perSecond: count / seconds, p99Milliseconds: p99, cpuMicroseconds: cpu / count };
  };

export function milliseconds(text: string): number {
  const [, value = "NaN", unit = ""] = /^([\d.]+)(us|ms|s)$/.exec(text) ?? [];
  return Number(value) * ({ us: 0.001, ms: 1, s: 1000 }[unit] ?? Number.NaN);
}
