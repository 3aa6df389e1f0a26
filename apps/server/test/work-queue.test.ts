import { describe, expect, it } from "vitest";
import { workQueue } from "../src/reconciler/work-queue.ts";

describe("P5 pods that are worked on", () => {
  it("what is done aside takes nobody's place, and its pod is still worked on by nobody else", async () => {
    const order: string[] = [];
    const built = Promise.withResolvers<void>();
    const queue = workQueue(1, async (key, aside) => {
      order.push(`${key} begins`);
      if (key === "a" && order.length === 1) await aside(() => built.promise);
      order.push(`${key} ends`);
      if (key === "b") built.resolve();
    });
    queue.add("a");
    queue.add("a");
    queue.add("b");
    await queue.idle();
    expect(order.slice(0, 4)).toEqual(["a begins", "b begins", "b ends", "a ends"]);
    expect(order.slice(4)).toEqual(["a begins", "a ends"]);
  });

  it("what fails aside gives its place back", async () => {
    const done: string[] = [];
    const queue = workQueue(1, async (key, aside) => {
      await aside(() => Promise.reject(new Error("no"))).catch(() => undefined);
      done.push(key);
    });
    for (const key of ["a", "b", "c"]) queue.add(key);
    await queue.idle();
    expect(done.sort()).toEqual(["a", "b", "c"]);
  });
});
