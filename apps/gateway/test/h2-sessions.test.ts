import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { type ConnectionOptions, connect, createServer, type TLSSocket } from "node:tls";
import { testCertificate } from "@agentpod/host/test-certificate";
import { expect, it, onTestFinished } from "vitest";
import { H2Sessions } from "../src/tls/h2-sessions.ts";
import { RawH2 } from "./raw-h2.ts";

/** A door for HTTP/2 alone, which loses patience soon. */
async function start(): Promise<{ client: RawH2; taken: TLSSocket }> {
  const { chain, key } = await testCertificate(["localhost"]);
  const sessions = new H2Sessions(() => undefined, { idle: 100, check: 20 });
  const server = createServer({ cert: chain, key, ALPNProtocols: ["h2"] }, (socket) => {
    socket.on("error", () => undefined);
    sessions.begin(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const accepted = once(server, "secureConnection") as Promise<[TLSSocket]>;
  const { port } = server.address() as AddressInfo;
  // Node knows allowHalfOpen here, its types do not.
  const options = { port, host: "127.0.0.1", ALPNProtocols: ["h2"], rejectUnauthorized: false, allowHalfOpen: true };
  const socket = connect(options as ConnectionOptions);
  onTestFinished(() => {
    sessions.close();
    socket.destroy();
    server.close();
  });
  return { client: new RawH2(socket), taken: (await accepted)[0] };
}

const closed = (socket: TLSSocket): Promise<void> => new Promise((resolve) => void socket.once("close", () => resolve()));

it("P7 an idle connection ends", async () => {
  const { client, taken } = await start();
  await closed(taken);
  expect(client.frames.some((frame) => frame.kind === 7)).toBe(true);
});

it.each([
  ["in good order", 0],
  ["with an error", 2],
])("P7 one whose client takes its leave %s and keeps the connection open ends too, and nobody else's with it", async (_how, code) => {
  const { client, taken } = await start();
  const goaway = Buffer.alloc(8);
  goaway.writeUInt32BE(code, 4);
  client.send(7, 0, 0, goaway);
  await closed(taken);
  expect(taken.destroyed).toBe(true);
});
