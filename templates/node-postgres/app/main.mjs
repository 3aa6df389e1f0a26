import { createServer } from "node:http";
import { addItem, listItems, prepare } from "./items.mjs";

const { HOST = "127.0.0.1", PORT = "3000" } = process.env;
const maxBytes = 65_536;
let isReady = false;

class BadRequest extends Error {}

const routes = {
  "GET /healthz": async () => [isReady ? 200 : 503, { ready: isReady }],
  "GET /": async () => [200, { items: (await listItems()).length, try: 'curl -d \'{"text":"milk"}\' <this address>/items' }],
  "GET /items": async () => [200, await listItems()],
  "POST /items": async (request) => [201, await addItem(textOf(await read(request)))],
};

async function read(request) {
  let body = "";
  for await (const chunk of request.setEncoding("utf8")) {
    body += chunk;
    if (body.length > maxBytes) throw new BadRequest("at most 64 kB, please");
  }
  return body;
}

function textOf(body) {
  try {
    const { text } = JSON.parse(body);
    if (typeof text === "string" && text !== "" && !text.includes("\0")) return text;
  } catch {}
  throw new BadRequest('send JSON such as {"text": "milk"}');
}

async function answer(request) {
  const route = routes[`${request.method} ${request.url?.split("?")[0]}`];
  if (!route) return [404, { error: "there is nothing here" }];
  try {
    return await route(request);
  } catch (error) {
    if (error instanceof BadRequest) return [400, { error: error.message }];
    console.error(`${request.method} ${request.url}: ${error.message}`);
    return [503, { error: "the database does not answer" }];
  }
}

const server = createServer(async (request, response) => {
  const [status, body] = await answer(request);
  response.writeHead(status, { "content-type": "application/json" }).end(`${JSON.stringify(body)}\n`);
});

server.listen(Number(PORT), HOST, () => console.log(`listening on ${HOST}:${PORT}`));
process.on("SIGTERM", () => server.close(() => process.exit(0)).closeIdleConnections());
await prepare();
isReady = true;
console.log("the database answers");
