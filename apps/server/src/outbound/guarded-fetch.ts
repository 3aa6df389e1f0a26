import { isIP, type LookupFunction } from "node:net";
import { AppError } from "@agentpod/core/errors";

export interface FetchLimits {
  method?: "GET" | "HEAD" | "POST";
  headers?: Record<string, string>;
  body?: string;
  /** For everything together, redirects too; 10 s unless given. */
  timeoutMs?: number;
  /** Of the answer's body; 1 MiB unless given. A longer one is `invalid`. */
  maxBytes?: number;
  /** How many to follow, each checked anew; 0 unless given: the redirect itself is the answer. A POST is never sent on. */
  redirects?: number;
}

export interface OutboundAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
  /** The last URL, after redirects. */
  url: string;
}

/** Headers that are for one origin only. */
const bound = ["authorization", "cookie", "proxy-authorization"];

/** Asks a URL at an address that was checked; the name is resolved once, so that a second answer of the DNS changes nothing. */
export async function guardedFetch(
  text: string,
  { method = "GET", headers = {}, body, timeoutMs = 10_000, maxBytes = 1_048_576, redirects = 0 }: FetchLimits,
  addresses: (host: string) => Promise<string[]>,
): Promise<OutboundAnswer> {
  const signal = AbortSignal.timeout(timeoutMs);
  let url = webUrl(text);
  let sent = headers;
  for (let left = redirects; ; left--) {
    const answer = await once(url, { method, headers: sent, ...(body === undefined ? {} : { body }), signal, maxBytes }, addresses);
    const location = answer.headers.location;
    if (answer.status < 300 || answer.status > 399 || typeof location !== "string" || left === 0 || method === "POST") return answer;
    const next = webUrl(URL.parse(location, url.href)?.href ?? "");
    if (next.origin !== url.origin) sent = Object.fromEntries(Object.entries(sent).filter(([name]) => !bound.includes(name.toLowerCase())));
    url = next;
  }
}

function webUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null || !["http:", "https:"].includes(url.protocol))
    throw new AppError("invalid", "This is no address that begins with http:// or https://.");
  if (url.username !== "" || url.password !== "") throw new AppError("invalid", "An address may not hold a user name or password.");
  return url;
}

interface Asked {
  method: "GET" | "HEAD" | "POST";
  headers: Record<string, string>;
  body?: string;
  signal: AbortSignal;
  maxBytes: number;
}

async function once(
  url: URL,
  { maxBytes, signal, ...asked }: Asked,
  addresses: (host: string) => Promise<string[]>,
): Promise<OutboundAnswer> {
  // Loaded at the first use: an installation without domains of its own pays no memory for it.
  const { Agent, request } = await import("undici");
  const checked = await before(addresses(url.hostname), signal, url.host);
  const agent = new Agent({ connect: { lookup: fixedLookup(checked), autoSelectFamily: true }, pipelining: 0, maxHeaderSize: 16_384 });
  try {
    const { statusCode, headers, body } = await request(url, { ...asked, signal, dispatcher: agent });
    const parts: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of body) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw new AppError("invalid", `The answer of ${url.host} is longer than ${maxBytes} bytes.`);
      parts.push(chunk);
    }
    return { status: statusCode, headers, body: Buffer.concat(parts), url: url.href };
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError(
      "unavailable",
      signal.aborted ? `${url.host} did not answer in time.` : `${url.host} cannot be reached, or gave no readable answer.`,
      {
        cause,
      },
    );
  } finally {
    await agent.destroy();
  }
}

/** The DNS is somebody else's too: it gets no more time than the rest. */
async function before<T>(work: Promise<T>, signal: AbortSignal, host: string): Promise<T> {
  const late = new AppError("unavailable", `${host} could not be looked up in time.`);
  if (signal.aborted) throw late;
  let abort = (): void => {};
  const deadline = new Promise<never>((_, reject) => {
    abort = () => reject(late);
    signal.addEventListener("abort", abort, { once: true });
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

/** Answers with the checked addresses, whatever is asked: nothing else can be connected to. */
export function fixedLookup(checked: readonly string[]): LookupFunction {
  const all = checked.map((address) => ({ address, family: isIP(address) }));
  return (_host, options, callback) => {
    const [first] = all;
    if (options.all) callback(null, all);
    else callback(null, first?.address ?? "", first?.family ?? 4);
  };
}
