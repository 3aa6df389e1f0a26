import { z } from "zod";

/** What an agent's own administrator may ask of it, as a request's body. */
interface AgentRequest {
  method: string;
  params: Record<string, unknown>;
}

interface Whose {
  channel: string;
  /** Of several of one channel; absent: the one that the agent takes itself. */
  account?: string | undefined;
}

/** Characters of a picture that the agent takes back, to tell whether there is a newer one. */
export const longestQr = 16_384;

/** Begins to link a channel, or joins what is begun. `force`: ends a link that stands. */
export const loginStartRequest = ({ channel, account }: Whose, force: boolean, timeoutMs: number): AgentRequest => ({
  method: "web.login.start",
  params: { channel, force, timeoutMs, ...(account !== undefined && { accountId: account }) },
});

/** Waits for its end, or for another code than the one that is shown. */
export const loginWaitRequest = ({ channel, account }: Whose, qr: string | undefined, timeoutMs: number): AgentRequest => ({
  method: "web.login.wait",
  params: { channel, timeoutMs, ...(account !== undefined && { accountId: account }), ...(qr !== undefined && { currentQrDataUrl: qr }) },
});

/** What an agent believes of its channel just now. */
export const channelStatusRequest = (channel: string): AgentRequest => ({ method: "channels.status", params: { channel } });

/** What an agent says of a login. */
export type LoginWord =
  /** A picture to be read by a phone. */
  | { kind: "code"; qr: string }
  | { kind: "waiting" }
  /** `who`: the account's name or number; empty where it is not said. */
  | { kind: "linked"; who: string }
  /** Nothing is under way any more, or nothing could be begun. */
  | { kind: "over"; message: string };

const said = z.object({ message: z.string().default(""), qrDataUrl: z.string().optional(), connected: z.boolean().optional() });

/** An answer to one of the first two requests; null for what is none, as a picture that is no picture. `title` is the channel's. */
export function readLogin(payload: unknown, title: string): LoginWord | null {
  const answer = said.safeParse(payload).data;
  if (answer === undefined) return null;
  const { message, qrDataUrl, connected } = answer;
  if (connected === true) return { kind: "linked", who: /session \(([^)]{1,80})\)/.exec(message)?.[1] ?? "" };
  if (qrDataUrl !== undefined) return isQrImage(qrDataUrl) ? { kind: "code", qr: qrDataUrl } : null;
  const linked = /already linked \(([^)]{1,80})\)/.exec(message);
  if (linked !== null) return { kind: "linked", who: linked[1] ?? "" };
  if (/still waiting/i.test(message)) return { kind: "waiting" };
  return { kind: "over", message: reasonOf(message, title) };
}

const pngUrl = "data:image/png;base64,";
/** Every PNG begins so: its signature, then a chunk of 13 bytes, IHDR. */
const pngBegins = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
/** Wider and higher than any code is drawn (pixels). A small file may be a huge picture. */
const mostPixels = 2000;

/** Whether it is a PNG as data URL, no larger than the agent itself takes back, and no larger a picture than a code is. */
export function isQrImage(url: string): boolean {
  if (url.length > longestQr || !url.startsWith(pngUrl)) return false;
  const base64 = url.slice(pngUrl.length);
  if (base64.length < 44 || base64.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return false;
  const head = atob(base64.slice(0, 32));
  const sideAt = (at: number): number => [...head.slice(at, at + 4)].reduce((side, byte) => side * 256 + byte.charCodeAt(0), 0);
  return head.startsWith(pngBegins) && [16, 20].every((at) => sideAt(at) > 0 && sideAt(at) <= mostPixels);
}

/** A sentence, not somebody's stack trace. */
const longest = 200;

/** Why there is no login, in words where they are known, else in those of the agent. */
function reasonOf(message: string, title: string): string {
  if (/ENOTFOUND|EAI_AGAIN|ECONN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|handshake|timed? ?out|time-out|websocket error/i.test(message))
    return `the agent cannot reach ${title}; see whether its machine and its egress let it out, then try again`;
  if (/expired|attempts ended/i.test(message)) return "the code has expired; ask for a new one";
  if (/replaced|no longer active/i.test(message)) return "another login of this channel took its place";
  if (/no active/i.test(message)) return "no login is under way; begin one";
  if (/logged out/i.test(message)) return `${title} has ended the link; ask for a new code`;
  if (/in a moment/i.test(message)) return "the agent is still busy with the link before; try again in a moment";
  return message === "" ? `the agent could not link ${title}` : `the agent could not link ${title}: ${message.slice(0, longest)}`;
}

const status = z.object({
  channelAccounts: z.record(z.string(), z.array(z.object({ accountId: z.string(), linked: z.boolean().optional() }).loose())),
  channelDefaultAccountId: z.record(z.string(), z.string()).optional(),
});

/** Whether the account is linked, in an answer to the third request; false where it does not say. */
export function isLinked(payload: unknown, { channel, account }: Whose): boolean {
  const told = status.safeParse(payload).data;
  const wanted = account ?? told?.channelDefaultAccountId?.[channel] ?? "default";
  return told?.channelAccounts[channel]?.find(({ accountId }) => accountId === wanted)?.linked === true;
}
