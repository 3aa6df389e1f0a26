import { connect } from "node:net";
import { controlFrame, type ExecControlFromServer, type ExecStart, execChannel, execFrame } from "@agentpod/core/api/exec-frame";
import { AppError, type ErrorCode, errorCodes, toAppError } from "@agentpod/core/errors";
import WebSocket from "ws";
import { lookupLocalhost } from "./lookup-localhost.ts";
import { apiUrl, type Transport, unreachable } from "./transport.ts";

export interface ExecHandlers {
  /** Nothing more comes before what it gives has settled. */
  onStdout(chunk: Buffer): void | Promise<void>;
  onStderr(chunk: Buffer): void;
}

/** A program that runs in a unit. */
export interface ExecConnection {
  /** Resolves once the bytes have left, so that a fast sender can wait. */
  write(chunk: Buffer): Promise<void>;
  closeInput(): void;
  resize(cols: number, rows: number): void;
  /** Exit code. Rejects with the server's error, or `unavailable` when the connection breaks first. */
  exit: Promise<number>;
  /** Ends the program by leaving it. */
  close(): void;
}

/** Starts a program in a unit (null: the pod's first, with `database` its PostgreSQL, whose login the program has then). Throws with the server's code when it refuses. */
export async function openExec(
  transport: Transport,
  target: { tenant: string; pod: string; unit: string | null; database?: boolean },
  start: ExecStart,
  handlers: ExecHandlers,
): Promise<ExecConnection> {
  const { options } = transport;
  const path = `/tenants/${encodeURIComponent(target.tenant)}/pods/${encodeURIComponent(target.pod)}/exec`;
  const query = { unit: target.unit ?? undefined, database: target.database };
  const url = apiUrl(options.baseUrl, path, query);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(url, {
    headers: options.token === undefined ? {} : { authorization: `Bearer ${options.token}` },
    perMessageDeflate: false,
    ...(options.socketPath === undefined ? { lookup: lookupLocalhost } : { createConnection: connectTo(options.socketPath) }),
  });
  const exit = exitOf(socket, handlers);
  exit.catch(() => undefined);
  await new Promise<void>((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", (cause) => reject(unreachable(options, cause)));
    socket.once("unexpected-response", (_request, response) => {
      response.resume();
      // A refused upgrade has no body: the same question without the upgrade is answered with the reason. When that is
      // only that a WebSocket was meant, something on the way has refused it.
      transport
        .json("GET", path, { query })
        .catch(toAppError)
        .then((reason) => {
          const isOurs = reason instanceof AppError && !(reason.code === "invalid" && response.statusCode !== 400);
          const way = new AppError("unavailable", `the WebSocket was refused on the way with status ${response.statusCode}`);
          reject(isOurs ? reason : way);
        });
    });
  });
  socket.send(controlFrame(start));
  return {
    write: (chunk) => new Promise((resolve) => socket.send(execFrame(execChannel.stdin, chunk), () => resolve())),
    closeInput: () => socket.send(execFrame(execChannel.stdin, new Uint8Array())),
    resize: (cols, rows) => socket.send(controlFrame({ resize: { cols, rows } })),
    exit,
    close: () => socket.close(),
  };
}

function exitOf(socket: WebSocket, handlers: ExecHandlers): Promise<number> {
  return new Promise((resolve, reject) => {
    // A paused socket still gives the frames that it has read already, the exit code among them.
    let queue = Promise.resolve();
    const inTurn = (step: () => void | Promise<void>): void => {
      queue = queue.then(step);
      queue.catch((error: unknown) => {
        reject(error);
        socket.terminate();
      });
    };
    const receive = async (frame: Buffer): Promise<void> => {
      const payload = frame.subarray(1);
      if (frame[0] === execChannel.stdout) {
        const taken = handlers.onStdout(payload);
        if (taken === undefined) return;
        socket.pause();
        await taken.finally(() => socket.resume());
      } else if (frame[0] === execChannel.stderr) handlers.onStderr(payload);
      else if (frame[0] === execChannel.control) {
        const message = JSON.parse(payload.toString("utf8")) as ExecControlFromServer;
        if ("exit" in message) resolve(message.exit);
        else reject(new AppError(codeOf(message.error.code), message.error.message));
      }
    };
    socket.on("message", (data) => inTurn(() => receive(data as Buffer)));
    socket.on("close", () => inTurn(() => reject(new AppError("unavailable", "the connection to the program was lost"))));
    socket.on("error", () => undefined);
  });
}

/** `ws` has no option for a socket path of its own. */
const connectTo = (socketPath: string) => (() => connect(socketPath)) as typeof connect;

const codeOf = (code: string): ErrorCode => errorCodes.find((known) => known === code) ?? "internal";
