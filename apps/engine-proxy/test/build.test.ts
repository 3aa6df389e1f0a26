import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { type Bench, makeBench } from "@agentpod/runtimes/conformance/bench";
import { engineAt } from "@agentpod/runtimes/docker/engine";
import { buildTag, containerName } from "@agentpod/runtimes/docker/names";
import { pack } from "tar-stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { proxiedRuntime } from "./proxied-runtime.ts";
import { engineSocket, image } from "./proxy-rig.ts";

const engine = await engineSocket();

describe.skipIf(engine === null)("P18 C3 builds behind the engine proxy (skipped where no engine answers)", { timeout: 120_000 }, () => {
  let bench: Bench;
  let artifact: string;

  beforeAll(async () => {
    const tar = pack();
    tar.entry({ name: "Dockerfile" }, `FROM ${image}\nENV BUILT=here\n`);
    tar.finalize();
    const bytes = await buffer(Readable.from(tar));
    artifact = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
    const rig = await proxiedRuntime(engine as string);
    const openArtifact = async () => Readable.from([bytes]);
    bench = await makeBench({ ...rig, open: (context) => rig.open({ ...context, openArtifact }) });
  });
  afterAll(async () => {
    await bench?.clear();
    await bench?.rig.close();
  });

  it("what the driver asks for passes; what was built runs, and yields to its neighbours", async () => {
    const build = { artifact, dockerfile: "Dockerfile", args: {}, target: null };
    const plain = await bench.run({ code: null, ports: [], resources: { cpus: 1, memoryMb: 64, pids: 32, yields: true } });
    const run = { ...plain, image: null, build, command: ["sleep", "600"] };
    await bench.runtime.preparePod(run.scope);
    await bench.runtime.prepareImage(run, () => undefined);
    await bench.runtime.ensure(run);
    const past = engineAt({ kind: "unix", path: engine as string });
    const found = await past.call("GET", `/containers/${containerName(bench.installation, run.scope, run.id)}/json`);
    expect(found).toMatchObject({
      State: { Running: true },
      Config: { Env: expect.arrayContaining(["BUILT=here"]) },
      HostConfig: { CpuShares: 64 },
    });
    const tag = buildTag(bench.installation, run.id.pod, build);
    expect(await past.call("GET", `/images/${tag}/json`)).toMatchObject({ Config: { Env: expect.arrayContaining(["BUILT=here"]) } });
  });
});
