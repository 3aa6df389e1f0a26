// An agent as AgentPod knows it, in a few lines: it tells its health over a WebSocket, gives a credential for a browser, and
// asks its model what it is asked. Its messengers are what it was last told on /channels; one is linked by a code, which a phone
// reads on /phone. Handed to `node -e` by a template,
// where two opening braces in a row would be a placeholder.
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";

const { AGENT_PORT, AGENT_LISTEN, AGENT_TOKEN, AGENT_CHANNELS, LLM_BASE_URL, LLM_API_KEY, LLM_MODEL } = process.env;
let channels = JSON.parse(AGENT_CHANNELS || "{}");
const peers = new Set();
const health = () => ({ ok: true, channels, channelLabels: { telegram: "Telegram", slack: "Slack" } });

const server = createServer(async (request, response) => {
  const isKnown = request.headers.authorization === `Bearer ${AGENT_TOKEN}`;
  const body = await text(request);
  if (request.url === "/healthz") return response.end('{"ok":true,"status":"live"}');
  if (request.url === "/channels" && request.method === "POST") {
    channels = JSON.parse(body);
    for (const say of peers) say({ type: "event", event: "health", payload: health() });
    return response.end("told");
  }
  if (request.url === "/phone" && request.method === "POST") return response.end(phone(body));
  if (request.url === "/api/v1/admin/rpc" && isKnown) return link(JSON.parse(body), response);
  if (request.url === "/api/v1/admin/hand-over" && isKnown) return response.end('{"token":"a-credential-for-one-browser"}');
  if (request.url === "/v1/chat/completions" && isKnown) return answer(JSON.parse(body), response);
  response.end("<!doctype html><title>Agent</title><h1>The agent's own page</h1>");
});

const pixel = (tail) => `data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9${tail}`;
const codes = [pixel("awAAAABJRU5ErkJggg=="), pixel("awAAAABJRU5ErkJgggAA")];
let shown = null;
let outcome = null;
let linkedAs = null;
const waiting = [];

function phone(does) {
  if (does === "turn") shown = 1;
  else if (does === "read") [outcome, linkedAs] = ["linked", "+15550001111"];
  else outcome = "expired";
  for (const wake of waiting.splice(0)) wake();
  return "done";
}

async function link({ method, params }, response) {
  const payload = method === "web.login.start" ? begin(params) : method === "web.login.wait" ? await follow(params) : {};
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify({ ok: true, payload }));
}

function begin({ force }) {
  if (linkedAs !== null && !force) return { message: `WhatsApp is already linked (${linkedAs}). Say relink if you want a fresh QR.` };
  [shown, outcome, linkedAs] = [shown ?? 0, null, null];
  return { qrDataUrl: codes[shown], message: "Scan this QR in WhatsApp." };
}

async function follow({ currentQrDataUrl, timeoutMs }) {
  for (const until = Date.now() + timeoutMs; Date.now() < until; ) {
    if (outcome !== null) {
      const isLinked = outcome === "linked";
      shown = null;
      return { connected: isLinked, message: isLinked ? "Linked!" : "The login QR expired. Ask me to generate a new one." };
    }
    if (shown === null) break;
    if (currentQrDataUrl !== codes[shown]) return { connected: false, message: "QR refreshed.", qrDataUrl: codes[shown] };
    await new Promise((resolve) => {
      waiting.push(resolve);
      setTimeout(resolve, 1000);
    });
  }
  return { connected: false, message: shown === null ? "No active WhatsApp login in progress." : "Still waiting for the QR scan." };
}

async function answer({ messages }, response) {
  const asked = await fetch(`${LLM_BASE_URL}/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${LLM_API_KEY}`, "content-type": "application/json" },
    body: JSON.stringify({ model: LLM_MODEL, messages }),
  }).catch(() => null);
  if (!asked?.ok) {
    const message = `the model answered ${asked?.status ?? "nothing"}`;
    return response.writeHead(500).end(JSON.stringify({ error: { message } }));
  }
  const said = (await asked.json()).choices[0].message.content;
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const content of said.split(/(?<= )/)) {
    const delta = { content };
    response.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta }] })}\n\n`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  response.end("data: [DONE]\n\n");
}

const magic = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

server.on("upgrade", (request, socket) => {
  const accept = createHash("sha1")
    .update(request.headers["sec-websocket-key"] + magic)
    .digest("base64");
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: ${accept}\r\n\r\n`);
  const send = (opcode, payload) => {
    const head = payload.length < 126 ? [0x80 | opcode, payload.length] : [0x80 | opcode, 126, payload.length >> 8, payload.length & 255];
    socket.write(Buffer.concat([Buffer.from(head), payload]));
  };
  const say = (value) => send(1, Buffer.from(JSON.stringify(value)));
  let waiting = Buffer.alloc(0);
  socket.on("data", (bytes) => {
    waiting = Buffer.concat([waiting, bytes]);
    for (;;) {
      if (waiting.length < 2) return;
      const short = waiting[1] & 127;
      const begin = short === 126 ? 4 : 2;
      if (waiting.length < begin + 4) return;
      const length = short === 126 ? waiting.readUInt16BE(2) : short;
      const end = begin + 4 + length;
      if (waiting.length < end) return;
      const mask = waiting.subarray(begin, begin + 4);
      const payload = Buffer.from(waiting.subarray(begin + 4, end).map((byte, i) => byte ^ mask[i % 4]));
      const opcode = waiting[0] & 15;
      waiting = waiting.subarray(end);
      if (opcode === 9) send(10, payload);
      else if (opcode === 8) socket.end();
      else if (opcode === 1) hear(JSON.parse(payload.toString()));
    }
  });
  const hear = ({ id, method, params }) => {
    if (method !== "connect") return say({ type: "res", id, ok: true, payload: health() });
    if (params.auth.token !== AGENT_TOKEN) return socket.end();
    peers.add(say);
    const policy = { tickIntervalMs: 30000 };
    say({ type: "res", id, ok: true, payload: { protocol: 4, policy } });
  };
  socket.on("error", () => socket.destroy());
  socket.on("close", () => peers.delete(say));
  say({ type: "event", event: "connect.challenge", payload: { nonce: "n", ts: 1 } });
});

setInterval(() => {
  for (const say of peers) say({ type: "event", event: "tick", payload: {} });
}, 20000);
process.on("SIGTERM", () => process.exit(0));
server.listen(Number(AGENT_PORT), AGENT_LISTEN);
