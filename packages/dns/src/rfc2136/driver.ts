import { randomInt } from "node:crypto";
import { connect, isIP, type Socket } from "node:net";
import type { DnsWriter, TxtRecord } from "@agentpod/core/dns";
import { AppError } from "@agentpod/core/errors";
import type { CredentialsOf } from "../provider-kinds.ts";
import type { WriterOptions } from "../writer-options.ts";
import { updateMessage, zoneQuery } from "./body.ts";
import { serverAddress } from "./server-address.ts";
import { sign, type TsigKey, verify } from "./tsig.ts";

const timeoutMs = 10_000;

/** Dynamic updates (RFC 2136) over TCP, signed and checked by TSIG (RFC 8945). */
export function rfc2136Writer(credentials: CredentialsOf<"rfc2136">, options: WriterOptions = {}): DnsWriter {
  const key: TsigKey = { name: credentials.keyName, algorithm: credentials.algorithm, secret: credentials.secret };
  const change = async (kind: "add" | "remove", record: TxtRecord): Promise<void> => {
    const { code } = await ask(updateMessage(messageId(), kind, record), record.zone);
    if (code !== 0) throw refused(code, record.zone);
  };
  const ask = async (message: Buffer, zone: string): Promise<{ code: number; hasAuthority: boolean }> => {
    const signed = sign(message, key, Math.floor(Date.now() / 1000));
    const { host, port } = serverAddress(credentials.server) ?? { host: credentials.server, port: 53 };
    const address = isIP(host) !== 0 && !options.resolve ? host : await addressOf(host, options);
    const answer = await exchange(address, port, signed.message, credentials.server);
    if (answer.length < 12 || answer.readUInt16BE(0) !== message.readUInt16BE(0)) throw unreadable(credentials.server);
    const { isGenuine, error } = verifyAnswer(answer, signed.mac);
    const code = answer.readUInt16BE(2) & 15;
    if (error === 18)
      throw new AppError("invalid", `${credentials.server} refused the TSIG signature: its clock and this machine's differ.`);
    if (error !== 0 || (code === notAuthorised && !isGenuine))
      throw new AppError(
        "invalid",
        `${credentials.server} refused the TSIG key ${key.name} for ${zone}: check its name, algorithm and secret, that it may update the zone, and that this is the zone's primary server.`,
      );
    // A refusal may come unsigned; it does no harm to believe it.
    if (!isGenuine && code === 0)
      throw new AppError(
        "unavailable",
        `The answer of ${credentials.server} is not signed with the TSIG key ${key.name}; it is not believed.`,
      );
    return { code, hasAuthority: (answer.readUInt16BE(2) & 0x0400) !== 0 };
  };
  const verifyAnswer = (answer: Buffer, mac: Buffer): { isGenuine: boolean; error: number } => {
    try {
      return verify(answer, mac, key, Math.floor(Date.now() / 1000));
    } catch (cause) {
      throw unreadable(credentials.server, cause);
    }
  };
  const refused = (code: number, zone: string): AppError => {
    if (code === serverFailed) return new AppError("unavailable", `${credentials.server} failed at the update of ${zone} (SERVFAIL).`);
    const why =
      code === notAuthorised || code === notZone ? `is not the primary server of the zone ${zone}` : `refuses updates of the zone ${zone}`;
    return new AppError(
      "invalid",
      `${credentials.server} ${why} (${codeNames[code] ?? `answer ${code}`}): check the zone and what the key may update.`,
    );
  };
  return {
    addTxt: (record) => change("add", record),
    removeTxt: (record) => change("remove", record),
    async test(zone) {
      const { code, hasAuthority } = await ask(zoneQuery(messageId(), zone), zone);
      if (code !== 0 || !hasAuthority) throw refused(code === 0 ? notAuthorised : code, zone);
    },
  };
}

const serverFailed = 2;
const notAuthorised = 9;
const notZone = 10;
const codeNames: Record<number, string> = {
  1: "FORMERR",
  3: "NXDOMAIN",
  4: "NOTIMP",
  5: "REFUSED",
  6: "YXDOMAIN",
  9: "NOTAUTH",
  10: "NOTZONE",
};

const messageId = (): number => randomInt(65_536);

function unreadable(server: string, cause?: unknown): AppError {
  return new AppError("unavailable", `${server} gave an answer that is no DNS message.`, { cause });
}

async function addressOf(host: string, { resolve }: WriterOptions): Promise<string> {
  if (!resolve) return host;
  const [address] = await resolve(host);
  if (address === undefined) throw new AppError("invalid", `The name server ${host} has no address.`);
  return address;
}

/** One message there and one back, each with its length in front. */
function exchange(host: string, port: number, message: Buffer, server: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let received = 0;
    const socket: Socket = connect({ host, port });
    const fail = (cause: unknown, what: string): void => {
      socket.destroy();
      reject(new AppError("unavailable", `The name server ${server} ${what}.`, { cause }));
    };
    const deadline = setTimeout(() => fail(undefined, `did not answer within ${timeoutMs / 1000} s`), timeoutMs);
    socket.on("close", () => clearTimeout(deadline));
    socket.on("error", (error) => fail(error, "cannot be reached over TCP"));
    socket.on("end", () => fail(undefined, "closed the connection without an answer"));
    socket.on("data", (chunk) => {
      parts.push(chunk);
      received += chunk.length;
      const all = received >= 2 ? Buffer.concat(parts) : null;
      if (all === null || all.length < 2 + all.readUInt16BE(0)) return;
      socket.destroy();
      resolve(all.subarray(2, 2 + all.readUInt16BE(0)));
    });
    const length = Buffer.alloc(2);
    length.writeUInt16BE(message.length);
    socket.write(Buffer.concat([length, message]));
  });
}
