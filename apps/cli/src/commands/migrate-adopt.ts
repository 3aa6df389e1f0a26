import type { AdoptRequest } from "@agentpod/core/api/adopt-view";
import { AppError } from "@agentpod/core/errors";
import type { Cli } from "../cli.ts";
import { describePod } from "../describe-pod.ts";
import { parsePodName } from "../pod-name.ts";
import { changeAndWait, isUp } from "../wait-for-pod.ts";

export interface Options {
  port?: number;
  healthPath?: string;
  memory?: number;
  cpus?: number;
  dangerous?: boolean;
  wait?: boolean;
  timeout: number;
}

export async function run(cli: Cli, [container = "", name = ""]: string[], options: Options): Promise<void> {
  const target = parsePodName(name);
  if (options.cpus !== undefined && !(options.cpus > 0)) throw new AppError("invalid", "--cpus takes a number of cores, such as 0.5");
  const client = await cli.client();
  const found = (await client.adoption.discover()).find(
    (one) => one.name === container || (container.length >= 12 && one.id.startsWith(container)),
  );
  const said = found ? [...found.dangers, ...found.keeps, ...found.loses] : [];
  await cli.confirm([...said, `Take container ${container} over as pod ${name}?`].join("\n"));
  const { port, healthPath, memory, cpus, dangerous } = options;
  const request: AdoptRequest = {
    container,
    ...(port !== undefined && { port }),
    ...(healthPath !== undefined && { healthPath }),
    ...(memory !== undefined && { memoryMb: memory }),
    ...(cpus !== undefined && { cpus }),
    ...(dangerous && { dangerous }),
  };
  let pod = null;
  const adopt = async () => {
    pod = await client.adoption.adopt(target.tenant, target.pod, request);
  };
  if (options.wait) {
    const { timeout: timeoutSeconds } = options;
    pod = await changeAndWait(client, target, adopt, isUp, { timeoutSeconds, signal: cli.signal, progress: cli.out.progress });
  } else await adopt();
  if (pod !== null) cli.out.show(pod, describePod(pod));
}
