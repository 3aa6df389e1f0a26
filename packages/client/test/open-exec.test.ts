import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createClient } from "@agentpod/client/create-client";
import { controlFrame, execChannel, execFrame } from "@agentpod/core/api/exec-frame";
import { afterEach, describe, expect, it } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";

const servers: WebSocketServer[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    for (const socket of server.clients) socket.terminate();
    server.close();
  }
});

/** A program whose frames leave in one piece, as those of a fast one do. */
async function program(frames: readonly Uint8Array[], end: (socket: WebSocket) => void = (socket) => socket.close(1000)) {
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
  servers.push(server);
  server.on("connection", (socket, { socket: raw }) => {
    socket.once("message", () => {
      raw.cork();
      for (const frame of frames) socket.send(frame);
      end(socket);
      raw.uncork();
    });
  });
  await once(server, "listening");
  return createClient({ baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, token: "t" });
}

const start = { argv: ["dump"], tty: null };
const out = (index: number) => execFrame(execChannel.stdout, Buffer.from(`${index}\n`));
const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe("C8 P4 what a program writes, at its client", () => {
  it("comes piece by piece and whole before the exit code, however slowly it is taken", async () => {
    const client = await program([...Array.from({ length: 50 }, (_, index) => out(index)), controlFrame({ exit: 0 })]);
    let text = "";
    let isBusy = false;
    const { exit } = await client.pods.exec("acme", "shop", "db", start, {
      onStdout: async (chunk) => {
        expect(isBusy).toBe(false);
        isBusy = true;
        for (let turn = 0; turn < 5; turn += 1) await nextTurn();
        text += chunk.toString("utf8");
        isBusy = false;
      },
      onStderr: () => undefined,
    });
    expect(await exit).toBe(0);
    expect(text).toBe(Array.from({ length: 50 }, (_, index) => `${index}\n`).join(""));
  });

  it("fails with what its taker failed with, and takes no more", async () => {
    const client = await program([out(1), out(2), controlFrame({ exit: 0 })]);
    let taken = 0;
    const { exit } = await client.pods.exec("acme", "shop", "db", start, {
      onStdout: async () => {
        taken += 1;
        await nextTurn();
        throw new Error("disk full");
      },
      onStderr: () => undefined,
    });
    await expect(exit).rejects.toThrow("disk full");
    await nextTurn();
    expect(taken).toBe(1);
  });

  it("is no end where the connection is lost", async () => {
    const client = await program([out(1)], (socket) => setImmediate(() => socket.terminate()));
    const { exit } = await client.pods.exec("acme", "shop", "db", start, { onStdout: nextTurn, onStderr: () => undefined });
    await expect(exit).rejects.toMatchObject({ code: "unavailable" });
  });
});
