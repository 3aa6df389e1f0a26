import { request } from "node:http";
import { setTimeout as delay } from "node:timers/promises";

/** Resolves once the API answers through the front door; false when it does not within the time. */
export async function trulyServes(port: number, withinMs: number): Promise<boolean> {
  const until = Date.now() + withinMs;
  while (Date.now() < until) {
    if (await answers(port)) return true;
    await delay(50);
  }
  return false;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request({ host: "127.0.0.1", port, path: "/api/v1/health", headers: { host: "localhost" }, timeout: 2000 }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    asked.on("error", () => resolve(false));
    asked.on("timeout", () => asked.destroy());
    asked.end();
  });
}
