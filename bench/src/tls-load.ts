import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { type Load, milliseconds } from "./gateway-load.ts";
import { cpuMicroseconds, loadCore } from "./gateway-proxies.ts";

const execute = promisify(execFile);
const onLoadCore = (argv: string[]) => execute("taskset", ["-c", loadCore, ...argv]);

/** Full handshakes, no session resumed and nothing asked, by so many openssl programs at once. */
export const handshakes =
  (programs: number): Load =>
  async (proxy, seconds) => {
    const before = await cpuMicroseconds(proxy.pid);
    const argv = ["openssl", "s_time", "-new", "-connect", `127.0.0.1:${proxy.tlsPort}`, "-time", String(seconds)];
    const outputs = await Promise.all(Array.from({ length: programs }, () => onLoadCore(argv)));
    const cpu = (await cpuMicroseconds(proxy.pid)) - before;
    const count = outputs.reduce((sum, { stdout }) => sum + Number(/(\d+) connections in \d+ real/.exec(stdout)?.[1]), 0);
    return { perSecond: count / seconds, p99Milliseconds: Number.NaN, cpuMicroseconds: cpu / count };
  };

/** Keep-alive requests over HTTP/1.1 and TLS, by wrk. */
export const secureRequests =
  (path: string, connections: number): Load =>
  async (proxy, seconds) => {
    const before = await cpuMicroseconds(proxy.pid);
    const argv = ["wrk", "-t1", `-c${connections}`, `-d${seconds}s`, "--latency", `https://localhost:${proxy.tlsPort}${path}`];
    const { stdout } = await onLoadCore(argv);
    const cpu = (await cpuMicroseconds(proxy.pid)) - before;
    if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(`${proxy.name} failed under load: ${stdout}`);
    const perSecond = Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]);
    const p99Milliseconds = milliseconds(/99%\s+([\d.]+\w+)/.exec(stdout)?.[1] ?? "");
    return { perSecond, p99Milliseconds, cpuMicroseconds: cpu / Number(/(\d+) requests in/.exec(stdout)?.[1]) };
  };

/** Requests over HTTP/2, so many at once on each connection, by h2load. */
export const streams =
  (path: string, connections: number, each: number): Load =>
  async (proxy, seconds) => {
    const before = await cpuMicroseconds(proxy.pid);
    const argv = ["h2load", `-c${connections}`, `-m${each}`, `-D${seconds}`, `--connect-to=127.0.0.1:${proxy.tlsPort}`];
    const { stdout } = await onLoadCore([...argv, `https://localhost:${proxy.tlsPort}${path}`]);
    const cpu = (await cpuMicroseconds(proxy.pid)) - before;
    const count = Number(/status codes: (\d+) 2xx, 0 3xx, 0 4xx, 0 5xx/.exec(stdout)?.[1]);
    if (!(count > 0) || !/ 0 failed, 0 errored/.test(stdout)) throw new Error(`${proxy.name} failed under load: ${stdout}`);
    return { perSecond: count / seconds, p99Milliseconds: Number.NaN, cpuMicroseconds: cpu / count };
  };
