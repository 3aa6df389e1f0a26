import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { WebSocket } from "ws";

/** A browser's or program's own key, by which an agent knows it again. */
export interface Device {
  id: string;
  publicKey: string;
  sign(text: string): string;
}

export function newDevice(): Device {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const raw = publicKey.export({ type: "spki", format: "der" }).subarray(-32);
  return {
    id: createHash("sha256").update(raw).digest("hex"),
    publicKey: raw.toString("base64url"),
    sign: (text) => sign(null, Buffer.from(text), privateKey).toString("base64url"),
  };
}

export interface Approach {
  url: string;
  headers?: Record<string, string>;
  token?: string;
  bootstrapToken?: string;
  device?: Device;
  scopes?: string[];
  /** As the agent's own page introduces itself, and not as a program. */
  isPage?: boolean;
}

/** What came of it: the rights that were given, or the word with which it was refused. */
export interface Reception {
  ok: boolean;
  code: string;
  scopes: string[];
  /** Asks once more on the same connection; gives its answer, or the word of refusal. */
  ask(method: string, params?: unknown): Promise<{ ok: boolean; code: string; payload: unknown }>;
  close(): void;
}

interface Answer {
  ok: boolean;
  payload?: { auth?: { scopes?: string[] } };
  error?: { code?: string; message?: string; details?: { code?: string } };
}

/** Introduces itself to an agent's gateway, as anybody could. A refused handshake is `HTTP <status>`. */
export async function approach(how: Approach): Promise<Reception> {
  const client = new WebSocket(how.url, { headers: how.headers ?? {} });
  const waiting = new Map<string, (answer: Answer) => void>();
  const refused = Promise.withResolvers<string>();
  let asked = 0;
  const request = (method: string, params: unknown): Promise<Answer> =>
    new Promise((resolve) => {
      if (client.readyState !== WebSocket.OPEN) return resolve({ ok: false, error: { code: "CLOSED" } });
      const id = String(++asked);
      waiting.set(id, resolve);
      client.send(JSON.stringify({ type: "req", id, method, params }));
      client.once("close", (code) => resolve({ ok: false, error: { code: `CLOSED ${code}` } }));
    });
  const greeted = new Promise<Answer>((resolve) => {
    client.on("message", (data) => {
      const frame = JSON.parse(String(data));
      if (frame.type === "res") waiting.get(frame.id)?.(frame);
      else if (frame.event === "connect.challenge") resolve(request("connect", introduction(how, frame.payload)));
    });
  });
  client.on("unexpected-response", (_request, response) => {
    refused.resolve(`HTTP ${response.statusCode}`);
    response.resume();
    client.terminate();
  });
  client.on("error", (error) => refused.resolve(error.message));
  client.on("close", (code) => refused.resolve(`CLOSED ${code}`));
  const first = await Promise.race([greeted, refused.promise]);
  const answer: Answer = typeof first === "string" ? { ok: false, error: { code: first } } : first;
  return {
    ok: answer.ok,
    code: codeOf(answer),
    scopes: answer.payload?.auth?.scopes ?? [],
    async ask(method, params = {}) {
      const next = await request(method, params);
      return { ok: next.ok, code: codeOf(next), payload: next.payload };
    },
    close: () => client.terminate(),
  };
}

const codeOf = ({ error }: Answer): string => error?.details?.code ?? error?.code ?? "";

function introduction(how: Approach, { nonce, ts }: { nonce: string; ts: number }): object {
  const { token, bootstrapToken, device, scopes = ["operator.read"] } = how;
  const client = how.isPage
    ? { id: "openclaw-control-ui", version: "1.0.0", platform: "web", mode: "webchat" }
    : { id: "gateway-client", version: "1.0.0", platform: "linux", mode: "backend" };
  const signed = ["v3", device?.id, client.id, client.mode, "operator", scopes.join(","), ts, token ?? bootstrapToken ?? "", nonce];
  const text = [...signed, client.platform, ""].join("|");
  return {
    minProtocol: 4,
    maxProtocol: 4,
    client,
    role: "operator",
    scopes,
    caps: [],
    ...((token ?? bootstrapToken) !== undefined && { auth: { ...(token && { token }), ...(bootstrapToken && { bootstrapToken }) } }),
    ...(device && { device: { id: device.id, publicKey: device.publicKey, signature: device.sign(text), signedAt: ts, nonce } }),
  };
}
