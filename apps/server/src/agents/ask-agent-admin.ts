import { request } from "node:http";
import type { Duplex } from "node:stream";
import { AppError } from "@agentpod/core/errors";

/** As a client behind our proxy: an agent that knows its proxy refuses one who does not say for whom it asks. */
const asVisitor = { "x-forwarded-for": "192.0.2.2", "x-forwarded-proto": "http" };
const longestAnswer = 1024 * 1024;
const usualLimitMs = 20_000;

export interface AdminRequest {
  /** A fresh connection to the agent's own port, which no public route leads to. Ended with the answer. */
  dial(): Promise<Duplex>;
  path: string;
  token: string;
  body: unknown;
  /** How long it may take (milliseconds); absent: what a question takes that is answered at once. */
  limitMs?: number;
  /** Hangs up. */
  signal?: AbortSignal;
}

/** Posts to an agent with its gateway's token. Throws `unavailable` where it does not answer as an agent does; no message holds the token. */
export async function askAgentAdmin(request: AdminRequest): Promise<unknown> {
  const { status, answer } = await tryAgentAdmin(request);
  if (status !== 200) throw new AppError("unavailable", `the agent answered ${status} to what AgentPod asked; look at its log`);
  return answer;
}

/** The same for a question that it may refuse: its refusal is an answer as well. */
export async function tryAgentAdmin({ dial, path, token, body, limitMs = usualLimitMs, signal }: AdminRequest) {
  const socket = await dial();
  const hangUp = (): void => void socket.destroy();
  signal?.addEventListener("abort", hangUp, { once: true });
  try {
    signal?.throwIfAborted();
    const { status, text } = await post(socket, path, token, JSON.stringify(body), limitMs);
    if (status === 401) throw new AppError("unavailable", "the agent refuses the token that AgentPod keeps; restart the pod");
    const answer = parsed(text);
    if (answer === null) throw new AppError("unavailable", `the agent answered ${status} to what AgentPod asked; look at its log`);
    return { status, answer };
  } finally {
    signal?.removeEventListener("abort", hangUp);
    socket.destroy();
  }
}

function post(socket: Duplex, path: string, token: string, body: string, limitMs: number): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = {
      ...asVisitor,
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      "content-length": String(Buffer.byteLength(body)),
      connection: "close",
    };
    const asked = request({ createConnection: () => socket as never, method: "POST", host: "localhost", path, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => {
        text += part;
        if (text.length > longestAnswer) asked.destroy(new Error("its answer is too long"));
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
      response.on("error", reject);
    });
    // By hand: a way through ssh is no socket with a timeout of its own.
    const timer = setTimeout(() => asked.destroy(new Error("no answer in time")), limitMs);
    asked.on("close", () => clearTimeout(timer));
    asked.on("error", (cause) => reject(new AppError("unavailable", "the agent did not answer; try again in a moment", { cause })));
    asked.end(body);
  });
}

/** Null for what is no JSON: a page, say, which is what an agent answers at paths that it does not know. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
