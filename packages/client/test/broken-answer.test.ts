import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fetchTransport } from "@agentpod/client/fetch-transport";
import { httpTransport } from "@agentpod/client/http-transport";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

describe("P3 P15 a connection that breaks in the middle of an answer", () => {
  let server: Server;
  let url: string;
  beforeAll(async () => {
    // Begins an answer with the status that its address asks for, and goes.
    server = createServer((request, response) => {
      response.writeHead(Number(/\d{3}/.exec(request.url ?? "")?.[0]), { "content-type": "application/json", "content-length": "1000" });
      response.write('{"error":');
      setImmediate(() => response.destroy());
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => server.close());

  it.each([
    ["a page", 200],
    ["a page", 404],
    ["a program", 200],
    ["a program", 404],
  ])("is told to %s as AgentPod being away, which is worth asking again (status %i)", async (who, status) => {
    const transport = who === "a page" ? fetchTransport(url) : httpTransport({ baseUrl: url });
    await expect(transport.json("GET", `/${status}`)).rejects.toMatchObject({ code: "unavailable" });
    await expect(transport.text("GET", `/${status}`)).rejects.toMatchObject({ code: "unavailable" });
    await transport.close();
  });
});
