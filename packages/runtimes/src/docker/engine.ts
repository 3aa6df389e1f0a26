import type { IncomingMessage } from "node:http";
import type { Duplex, Readable } from "node:stream";
import { AppError } from "@agentpod/core/errors";
import DockerModem from "docker-modem";
import { type EngineAddress, formatEngineAddress } from "./engine-address.ts";
import { EngineError } from "./engine-error.ts";
import { sshAgent } from "./ssh-transport.ts";

type Method = "GET" | "POST" | "PUT" | "DELETE" | "HEAD";
type Query = Record<string, string | number | boolean | undefined>;

export interface EngineCall {
  query?: Query;
  body?: object;
  /** A tar that is sent as the body. */
  tar?: Readable;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  /** Milliseconds until the engine counts as away; streams have no limit after their first byte. */
  timeoutMs?: number;
}

/**
 * The engine's HTTP API over docker-modem, the transport below dockerode (whose gRPC stack for BuildKit would cost
 * 15 MB and is not used). Paths carry no version: each engine then speaks its own, from 1.41 on. Throws EngineError when
 * the engine says no, AppError `unavailable` when it does not answer.
 */
export interface Engine {
  readonly address: EngineAddress;
  call<T>(method: Method, path: string, options?: EngineCall): Promise<T>;
  stream(method: Method, path: string, options?: EngineCall): Promise<IncomingMessage>;
  /** A connection that was taken over for raw bytes. */
  hijack(path: string, body: object): Promise<Duplex>;
}

const defaultTimeoutMs = 60_000;
const fine = Object.fromEntries([101, 200, 201, 204, 304].map((code) => [code, true]));

export function engineAt(address: EngineAddress): Engine {
  const modem = new DockerModem(modemOptions(address));

  const dial = <T>(method: Method, path: string, options: EngineCall, more: object): Promise<T> =>
    new Promise((resolve, reject) => {
      const { query = {}, body, tar, headers, signal } = options;
      const given = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));
      modem.dial(
        {
          method,
          // The modem adds the query to paths that end in a question mark, and takes an empty body for none.
          path: `${path}?`,
          options: { _query: given, _body: body ?? {} },
          statusCodes: fine,
          ...(tar && { file: tar }),
          ...(headers && { headers }),
          ...(signal && { abortSignal: signal }),
          ...more,
        },
        (error, result) => (error ? reject(readError(error, address)) : resolve(result as T)),
      );
    });

  return {
    address,
    call(method, path, options = {}) {
      const limit = AbortSignal.timeout(options.timeoutMs ?? defaultTimeoutMs);
      return dial(method, path, { ...options, signal: options.signal ? AbortSignal.any([options.signal, limit]) : limit }, {});
    },
    stream: (method, path, options = {}) => dial(method, path, options, { isStream: true }),
    hijack: (path, body) => dial("POST", path, { body }, { hijack: true, openStdin: true, isStream: true }),
  };
}

function modemOptions(address: EngineAddress): DockerModem.ConstructorOptions {
  // All are given: what is left out the modem would read from DOCKER_HOST and its kin.
  const none = {
    host: undefined,
    port: undefined,
    socketPath: undefined,
    protocol: "http" as const,
    ca: undefined,
    cert: undefined,
    key: undefined,
  };
  switch (address.kind) {
    case "unix":
      return { ...none, socketPath: address.path };
    case "tcp":
      return { ...none, host: address.host, port: address.port, ...(address.tls && { ...address.tls, protocol: "https" as const }) };
    case "ssh":
      return { ...none, host: "engine", port: 80, agent: sshAgent(address) };
  }
}

interface ModemError extends Error {
  statusCode?: number;
  json?: unknown;
}

function readError(error: ModemError, address: EngineAddress): Error {
  if (error instanceof AppError) return error;
  if (error.statusCode !== undefined) {
    const said = (error.json as { message?: unknown } | null)?.message;
    return new EngineError(error.statusCode, typeof said === "string" ? said : error.message);
  }
  if (error.cause instanceof AppError) return error.cause;
  return new AppError("unavailable", `The container engine at ${formatEngineAddress(address)} does not answer: ${error.message}`, {
    cause: error,
  });
}
