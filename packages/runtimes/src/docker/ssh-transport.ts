import { spawn } from "node:child_process";
import { Agent, type ClientRequestArgs } from "node:http";
import { Duplex } from "node:stream";
import { AppError } from "@agentpod/core/errors";
import { type EngineAddress, formatEngineAddress } from "./engine-address.ts";

type SshAddress = Extract<EngineAddress, { kind: "ssh" }>;

/** Arguments for `ssh` that reach a host without asking anything; `rest` follows the host. */
export function sshArgs(address: SshAddress, options: readonly string[], rest: readonly string[]): string[] {
  return [
    ...["-o", "BatchMode=yes", "-o", "ConnectTimeout=15", "-o", "ServerAliveInterval=15", "-T"],
    ...(address.user ? ["-l", address.user] : []),
    ...(address.port ? ["-p", String(address.port)] : []),
    ...options,
    "--",
    address.host,
    ...rest,
  ];
}

/** An HTTP agent whose connections are `docker system dial-stdio` on the other host: what the engine's own CLI does. */
export function sshAgent(address: SshAddress): Agent {
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 4 });
  agent.createConnection = (_options: ClientRequestArgs) =>
    asSocket(sshStream(address, sshArgs(address, [], ["docker", "system", "dial-stdio"])));
  return agent;
}

/** A byte stream to a TCP address as seen from the other host. */
export function sshDial(address: SshAddress, host: string, port: number): Promise<Duplex> {
  const stream = sshStream(address, sshArgs(address, ["-W", `${host}:${port}`], []));
  // ssh does not tell when the channel is open; a refusal ends the stream with its words.
  return Promise.resolve(stream);
}

function sshStream(address: SshAddress, args: string[]): Duplex {
  const child = spawn("ssh", args, { stdio: "pipe" });
  const stream = new Duplex({
    read: () => void child.stdout.resume(),
    write: (chunk, _encoding, done) => void child.stdin.write(chunk, done),
    final: (done) => void child.stdin.end(done),
    destroy(error, done) {
      child.kill();
      done(error);
    },
  });
  let said = "";
  const fail = (why: string, cause?: Error) =>
    stream.destroy(new AppError("unavailable", `${formatEngineAddress(address)} cannot be reached by ssh: ${why.trim()}`, { cause }));
  child.stdout.on("data", (chunk) => {
    if (!stream.push(chunk)) child.stdout.pause();
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    said = (said + chunk).slice(-500);
  });
  // A write that comes too late fails by itself; why ssh ended is said below.
  child.stdin.on("error", () => undefined);
  child.once("error", (cause) => fail(cause.message, cause));
  child.once("close", (code) => {
    if (stream.destroyed) return;
    if (code === 0) stream.push(null);
    else fail(said || `ssh ended with ${code}`);
  });
  return stream;
}

/** What node:http calls on a socket and a plain stream does not have. */
function asSocket(stream: Duplex): Duplex {
  const self = () => stream;
  return Object.assign(stream, { setKeepAlive: self, setNoDelay: self, setTimeout: self, ref: self, unref: self });
}
