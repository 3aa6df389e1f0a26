import { request } from "node:http";
import type { Duplex } from "node:stream";
import { within } from "../reconciler/probe-unit.ts";
import { ProxyRefusal } from "./agent-link.ts";

const longestAnswer = 64 * 1024;

/** Asks an agent's gateway by HTTP whether it lives. Its word counts, not its status: unknown paths are answered with 200 and a page. */
export async function askAgentHttp(socket: Duplex, headers: Record<string, string>, signal: AbortSignal): Promise<void> {
  const { status, body } = await get(socket, "/healthz", headers, signal);
  if (status === 403) throw new ProxyRefusal("its gateway does not take AgentPod for its proxy");
  if (status !== 200) throw new Error(`GET /healthz answered ${status}`);
  if (!saysOk(body)) throw new Error("GET /healthz was not answered by the gateway of an agent");
}

function saysOk(body: string): boolean {
  try {
    return (JSON.parse(body) as { ok?: unknown } | null)?.ok === true;
  } catch {
    return false;
  }
}

function get(
  socket: Duplex,
  path: string,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<{ status: number; body: string }> {
  return within(signal, (resolve, reject) => {
    const asked = request({ createConnection: () => socket as never, host: "localhost", path, headers }, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (text: string) => {
        body += text;
        if (body.length > longestAnswer) asked.destroy(new Error("its answer is too long"));
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
      response.on("error", reject);
    });
    asked.on("error", reject);
    asked.end();
  });
}
