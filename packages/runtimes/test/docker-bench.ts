import { text } from "node:stream/consumers";
import type { ExecSession, Runtime, UnitId } from "@agentpod/core/runtime";

/** Runs a program in a unit: what it printed (both streams) and its exit code. */
export async function runIn(runtime: Runtime, id: UnitId, argv: string[]): Promise<{ code: number; out: string }> {
  const session: ExecSession = await runtime.exec(id, { argv, tty: null, env: {}, workdir: null });
  session.stdin.end();
  const [out, err, code] = await Promise.all([text(session.stdout), session.stderr ? text(session.stderr) : "", session.exit]);
  return { code, out: out + err };
}

/** What a TCP connection from inside a unit comes to: `open`, or why not. A packet that is dropped gives `timeout`. */
export async function reachFrom(runtime: Runtime, id: UnitId, host: string, port: number): Promise<string> {
  const script = `const [host, port] = process.argv.slice(1);
const socket = require("node:net").connect({ host, port: Number(port) });
const end = (text) => { console.log(text); process.exit(); };
socket.setTimeout(1500, () => end("timeout"));
socket.on("connect", () => end("open"));
socket.on("error", (error) => end(error.code));`;
  const { out } = await runIn(runtime, id, ["node", "-e", script, host, String(port)]);
  return out.trim();
}
