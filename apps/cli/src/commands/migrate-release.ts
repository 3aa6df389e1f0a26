import type { Cli } from "../cli.ts";
import { parsePodName } from "../pod-name.ts";
import { changeAndWait, isGone } from "../wait-for-pod.ts";

export interface Options {
  wait?: boolean;
  timeout: number;
}

export async function run(cli: Cli, [name = ""]: string[], { wait, timeout }: Options): Promise<void> {
  const target = parsePodName(name);
  const client = await cli.client();
  await cli.confirm(`Give the container of pod ${name} back? It runs on, under its old name; the pod and its address go.`);
  const release = () => client.adoption.release(target.tenant, target.pod);
  if (wait) {
    await changeAndWait(client, target, release, isGone, { timeoutSeconds: timeout, signal: cli.signal, progress: cli.out.progress });
    cli.out.show({ ...target, released: true }, `The container of pod ${name} is its owner's again.`);
  } else cli.out.show(await release(), `The container of pod ${name} is being given back.`);
}
