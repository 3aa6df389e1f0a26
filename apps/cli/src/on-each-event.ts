import type { Cli } from "./cli.ts";

/** Does something at once, and again after events of a tenant or pod, until Ctrl-C. Many events at once make one call. */
export async function onEachEvent(cli: Cli, filter: { tenant?: string; pod?: string }, act: () => Promise<void>): Promise<void> {
  const client = await cli.client();
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, cli.signal]);
  let running = false;
  let again = false;
  let fail: (error: unknown) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  const actWhileAsked = async () => {
    running = true;
    while (again) {
      again = false;
      await act();
    }
    running = false;
  };
  const trigger = () => {
    again = true;
    if (!running) actWhileAsked().catch(fail);
  };
  const listen = async () => {
    for await (const _ of client.events.watch({ ...filter, signal, onOpen: trigger })) trigger();
  };
  try {
    await Promise.race([listen(), failed]);
  } finally {
    stop.abort();
  }
}
