import { Readable } from "node:stream";
import { AppError, toAppError } from "@agentpod/core/errors";
import type { AccessLogLine, Gateway, GatewayObservation, GatewayWake } from "@agentpod/core/route-table";
import { Client, type Dispatcher } from "undici";
import {
  applyRequest,
  type ControlRequest,
  certificatesRequest,
  challengesRequest,
  logsRequest,
  observeRequest,
  probeRequest,
  refusal,
  watchRequest,
} from "./body.ts";
import { readLines } from "./read-lines.ts";

export interface EmbeddedGatewayOptions {
  /** The gateway process's control socket. */
  socketPath: string;
}

/** The gateway of this installation, by its control socket. Every call throws `unavailable` while its process is away. */
export function embeddedGateway({ socketPath }: EmbeddedGatewayOptions): Gateway {
  const call = async <T>(request: ControlRequest): Promise<T> => {
    // One connection a call: calls are rare, and a kept one would keep the process from ending.
    const client = new Client("http://gateway", { socketPath });
    try {
      const response = await send(client, request);
      return (await response.body.json()) as T;
    } catch (error) {
      throw asUnavailable(error);
    } finally {
      void client.destroy();
    }
  };
  const stream = async function* <T>(request: ControlRequest, signal: AbortSignal | null): AsyncGenerator<T> {
    const client = new Client("http://gateway", { socketPath, bodyTimeout: 0 });
    try {
      const response = await send(client, request, signal);
      for await (const line of readLines(response.body)) yield JSON.parse(line) as T;
    } catch (error) {
      if (!signal?.aborted) throw asUnavailable(error);
    } finally {
      void client.destroy();
    }
  };
  return {
    kind: "embedded",
    apply: async (table) => {
      await call(applyRequest(table));
    },
    setCertificates: async (set) => {
      await call(certificatesRequest(set));
    },
    setChallenges: async (challenges) => {
      await call(challengesRequest(challenges));
    },
    observe: () => call<GatewayObservation>(observeRequest),
    probe: (upstream, request) => call<{ status: number }>(probeRequest(upstream, request)),
    async *watch(signal) {
      yield* stream<GatewayWake>(watchRequest, signal);
      if (!signal.aborted) throw new AppError("unavailable", "The gateway ended its watch.");
    },
    logs: (query) => stream<AccessLogLine>(logsRequest(query), query.signal),
  };
}

async function send(client: Client, request: ControlRequest, signal: AbortSignal | null = null): Promise<Dispatcher.ResponseData> {
  const response = await client.request({
    method: request.method,
    path: request.path,
    body: typeof request.body === "string" || request.body === null ? request.body : Readable.from(request.body),
    headers: request.body === null ? {} : { "content-type": "application/json" },
    signal,
  });
  if (response.statusCode >= 300) throw refusal(response.statusCode, await response.body.text());
  return response;
}

function asUnavailable(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const cause = toAppError(error);
  return new AppError("unavailable", "The gateway does not answer. Restart AgentPod if this lasts.", { cause });
}
