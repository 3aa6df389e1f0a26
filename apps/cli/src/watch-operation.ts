import type { Client } from "@agentpod/client/create-client";
import type { OperationView } from "@agentpod/core/api/operation-view";
import { AppError } from "@agentpod/core/errors";
import { isEnded } from "@agentpod/core/operation";

/** A look although nothing was heard: events of what is about several tenants are not everybody's. */
const lookAgainMs = 5000;

/** Follows an operation until it ends; tells each state of it that is new. Interrupted: `unavailable`, and the operation goes on. */
export async function watchOperation(
  client: Client,
  id: string,
  signal: AbortSignal,
  tell: (operation: OperationView) => void,
): Promise<OperationView> {
  const stop = new AbortController();
  const all = AbortSignal.any([stop.signal, signal]);
  let ring = () => {};
  let rung = false;
  const hit = () => {
    rung = true;
    ring();
  };
  const opened = new Promise<void>((resolve, reject) => {
    const listen = async () => {
      for await (const event of client.events.watch({ signal: all, onOpen: () => resolve() })) if (event.data.operation === id) hit();
    };
    listen().catch(reject);
  });
  signal.addEventListener("abort", hit, { once: true });
  try {
    // Without the right to events it is looked at from time to time.
    await opened.catch(() => undefined);
    let told = "";
    for (;;) {
      const operation = await client.operations.get(id);
      const text = JSON.stringify(operation);
      if (text !== told) tell(operation);
      told = text;
      if (isEnded(operation.state)) return operation;
      if (signal.aborted) throw new AppError("unavailable", "watching was interrupted; the operation goes on");
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, lookAgainMs);
        ring = () => {
          clearTimeout(timer);
          resolve();
        };
        if (rung) ring();
      });
      rung = false;
    }
  } finally {
    stop.abort();
  }
}

/** Throws what an operation failed of. */
export function requireSuccess({ state, message, error }: OperationView): void {
  if (state === "failed") throw new AppError(error?.code ?? "conflict", error?.message ?? message, { issues: error?.issues ?? [] });
  if (state === "cancelled") throw new AppError("conflict", message);
}
