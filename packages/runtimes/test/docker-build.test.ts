import { createHash, randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { UnitRun } from "@agentpod/core/runtime";
import { pack } from "tar-stream";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Bench, makeBench, observed } from "../src/conformance/bench.ts";
import { type Engine, engineAt } from "../src/docker/engine.ts";
import { imageOf } from "../src/docker/prepare-image.ts";
import { runIn } from "./docker-bench.ts";
import { dockerRig, engineForTests } from "./docker-rig.ts";

const found = await engineForTests();
const wait = { timeout: 60_000, interval: 50 };

type Build = NonNullable<UnitRun["build"]>;

describe.skipIf(!found)("C3 P20 builds of Dockerfiles (skipped where no engine answers)", { timeout: 120_000 }, () => {
  let bench: Bench;
  let engine: Engine;
  const artifacts = new Map<string, Buffer>();

  beforeAll(async () => {
    if (!found) return;
    engine = engineAt(found.address);
    const rig = await dockerRig(found.address);
    bench = await makeBench({
      ...rig,
      open: (context) =>
        rig.open({
          ...context,
          openArtifact: async (digest) => (artifacts.has(digest) ? Readable.from([artifacts.get(digest)]) : context.openArtifact(digest)),
        }),
    });
  });
  afterAll(async () => {
    await bench?.clear();
    expect(await bench?.rig.leftovers(bench.installation)).toEqual([]);
    await bench?.rig.close();
  });

  async function unitOf(files: Record<string, string>, more: Partial<Build> = {}, changes: Partial<UnitRun> = {}): Promise<UnitRun> {
    const tar = pack();
    for (const [name, body] of Object.entries(files)) tar.entry({ name, mode: 0o644 }, body);
    tar.finalize();
    const bytes = await buffer(Readable.from(tar));
    const artifact = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
    artifacts.set(artifact, bytes);
    const run = await bench.run({ code: null, ports: [], ...changes });
    return { ...run, image: null, command: null, build: { artifact, dockerfile: "Dockerfile", args: {}, target: null, ...more } };
  }
  const prepare = async (run: UnitRun, signal?: AbortSignal): Promise<string[]> => {
    const said: string[] = [];
    await bench.runtime.prepareImage(run, (line) => said.push(line), signal);
    return said;
  };
  /** Containers of builds under way that run this. */
  const building = async (words: string) =>
    (await engine.call<{ Command: string }[]>("GET", "/containers/json")).filter(({ Command }) => Command.includes(words));

  it("one that wants more memory than it may ends with what to do, and its neighbour never notices", async () => {
    const neighbour = await bench.run();
    const before = await bench.start(neighbour);
    const eat = "const all = []; for (;;) all.push(Buffer.alloc(16 * 1024 * 1024, 1))";
    const bomb = await unitOf(
      { Dockerfile: `FROM node:24-bookworm-slim\nRUN echo so far\nRUN ["node", "-e", "${eat}"]\n` },
      { limits: { memoryMb: 128 } },
    );
    let asked = 0;
    let isOver = false;
    const visitor = (async () => {
      while (!isOver) {
        await bench.get(neighbour.id, "/");
        asked++;
      }
    })();
    await expect(prepare(bomb)).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringMatching(/want of memory: .* 128 MB.*memoryMb/),
    });
    isOver = true;
    await visitor;
    expect(asked).toBeGreaterThan(0);
    expect((await observed(bench.runtime, neighbour.id)).runId).toBe(before.runId);
  });

  it("P8 no secret of the unit, and no password of the proxy, is in the image or its history", async () => {
    const proxy = "http://user:hunter22@127.0.0.1:1";
    const dockerfile = 'FROM debian:bookworm-slim\nRUN test "$HTTP_PROXY" = http://user:hunter22@127.0.0.1:1\nCMD ["true"]\n';
    const run = await unitOf({ Dockerfile: dockerfile }, { args: { HTTP_PROXY: proxy } }, { env: { TOKEN: "sesame-open" } });
    await prepare(run);
    const image = imageOf(run, bench.installation);
    const config = JSON.stringify((await engine.call<{ Config: object }>("GET", `/images/${image}/json`)).Config);
    const history = await engine.call<{ CreatedBy: string; Tags: string[] | null }[]>("GET", `/images/${image}/history`);
    expect(config).not.toMatch(/hunter22|sesame-open/);
    // The line of the Dockerfile itself is there, as its author wrote it.
    expect(history.filter(({ CreatedBy }) => /HTTP_PROXY=http|sesame-open/.test(CreatedBy))).toEqual([]);
    expect(config).toContain(`"agentpod.pod":"${run.id.pod}"`);
  });

  it("cancelled, its step ends at once", async () => {
    const run = await unitOf({ Dockerfile: "FROM debian:bookworm-slim\nRUN sleep 98701\n" });
    const cancel = new AbortController();
    const ended = prepare(run, cancel.signal);
    ended.catch(() => undefined);
    await vi.waitFor(async () => expect(await building("sleep 98701")).toHaveLength(1), wait);
    const reason = new Error("not wanted any more");
    cancel.abort(reason);
    await expect(ended).rejects.toBe(reason);
    await vi.waitFor(async () => expect(await building("sleep 98701")).toEqual([]), wait);
  });

  it("one that takes too long is ended, and says so", async () => {
    const run = await unitOf({ Dockerfile: "FROM debian:bookworm-slim\nRUN sleep 98702\n" }, { limits: { seconds: 2 } });
    await expect(prepare(run)).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringMatching(/longer than 2 s.*limits\.seconds/),
    });
    await vi.waitFor(async () => expect(await building("sleep 98702")).toEqual([]), wait);
  });

  it("of endless output the end is told, and no more kept than anybody reads", async () => {
    const said = await prepare(await unitOf({ Dockerfile: "FROM debian:bookworm-slim\nRUN yes | head -n 40000\n" }));
    expect(said.length).toBeLessThan(20_010);
    expect(said.at(-1)).toMatch(/^2\d{4} lines were left out\.$/);
  });

  it("layers are shared by builds of one pod and of no other", async () => {
    const files = {
      Dockerfile: "FROM debian:bookworm-slim\nRUN cat /proc/sys/kernel/random/uuid > /made\nCOPY text /text\nCMD sleep 1000\n",
    };
    const first = await unitOf({ ...files, text: "1" });
    const next = await unitOf({ ...files, text: "2" }, {}, { id: { ...first.id, revision: "0123456789ab" }, scope: first.scope });
    const other = await unitOf({ ...files, text: "1" });
    expect((await prepare(first)).filter((line) => line.includes("Using cache"))).toEqual([]);
    expect((await prepare(next)).filter((line) => line.includes("Using cache"))).not.toEqual([]);
    expect((await prepare(other)).filter((line) => line.includes("Using cache"))).toEqual([]);
    const marks: string[] = [];
    for (const run of [first, next, other]) {
      await bench.runtime.ensure(run);
      marks.push((await runIn(bench.runtime, run.id, ["cat", "/made"])).out);
    }
    expect([marks[0] === marks[1], marks[0] === marks[2]]).toEqual([true, false]);
  });

  it("A18 one that pods have together is built once, also when they ask at once, and goes with the last of them", async () => {
    const made = randomUUID();
    const files = { Dockerfile: `FROM debian:bookworm-slim\nRUN echo ${made} > /made\nCMD sleep 1000\n` };
    const runs = await Promise.all([1, 2, 3].map(() => unitOf(files, { shared: true })));
    const said = await Promise.all(runs.map((run) => prepare(run)));
    expect(said.filter((lines) => lines.length > 0 && lines.some((line) => line.includes("RUN echo")))).toHaveLength(1);
    const [image = "", ...others] = runs.map((run) => imageOf(run, bench.installation));
    expect(others).toEqual([image, image]);
    for (const run of runs) {
      await bench.runtime.ensure(run);
      expect((await runIn(bench.runtime, run.id, ["cat", "/made"])).out.trim()).toBe(made);
    }
    const isThere = async () => (await engine.call("GET", `/images/${image}/json`).catch(() => null)) !== null;
    const left: boolean[] = [];
    for (const { id } of runs) {
      await bench.runtime.remove(id, 0);
      await bench.runtime.removePod(id.pod);
      left.push(await isThere());
    }
    expect(left).toEqual([true, true, false]);
  });

  it("A18 while one pod is about to use it, it stays when another goes; removed by hand it is had again", async () => {
    const files = { Dockerfile: `FROM debian:bookworm-slim\nRUN echo ${randomUUID()} > /made\nCMD sleep 1000\n` };
    const [first, next] = await Promise.all([unitOf(files, { shared: true }), unitOf(files, { shared: true })]);
    await prepare(first);
    await bench.runtime.ensure(first);
    await prepare(next);
    await bench.runtime.remove(first.id, 0);
    await bench.runtime.removePod(first.id.pod);
    await bench.runtime.ensure(next);
    await bench.runtime.remove(next.id, 0);
    await engine.call("DELETE", `/images/${imageOf(next, bench.installation)}`);
    await expect(bench.runtime.ensure(next)).rejects.toMatchObject({ code: "unavailable", message: expect.stringMatching(/built again/) });
    await prepare(next);
    await bench.runtime.ensure(next);
  });

  it("P16 a build takes no image away: what one can go back to is for the policy to say, and all go with their pod", async () => {
    const runs: UnitRun[] = [];
    for (let i = 0; i <= 6; i++) {
      const { id, scope } = runs[0] ?? (await bench.run());
      const files = { Dockerfile: `FROM debian:bookworm-slim\nLABEL build=${i}\nCMD ["sleep", "1000"]\n` };
      const run = await unitOf(files, {}, { id, scope });
      await prepare(run);
      runs.push(run);
    }
    const pod = runs[0]?.id.pod ?? "";
    const names = async () => (await bench.runtime.stored([])).images.filter((image) => image.pod === pod).flatMap((image) => image.names);
    expect((await names()).sort()).toEqual(runs.map((run) => imageOf(run, bench.installation)).sort());
    await bench.runtime.removePod(pod);
    expect(await names()).toEqual([]);
  });

  it("P16 an image is told of, and deleted when nothing is made from it; others' never", async () => {
    const run = await unitOf({
      Dockerfile: 'FROM debian:bookworm-slim\nLABEL stored=1\nRUN head -c 3000000 /dev/zero > /big\nCMD ["sleep", "1000"]\n',
    });
    await prepare(run);
    await bench.runtime.ensure(run);
    const mine = async () =>
      (await bench.runtime.stored([])).images.filter(({ pod, builtFrom }) => pod === run.id.pod && builtFrom !== null);
    const [image] = await mine();
    expect(image).toMatchObject({ builtFrom: run.build?.artifact.slice(7, 19), isUsed: true, names: [imageOf(run, bench.installation)] });
    expect(image?.bytes).toBeGreaterThanOrEqual(3_000_000);
    expect(await bench.runtime.removeImage(image?.id ?? "")).toBe(false);
    expect(await mine()).toHaveLength(1);
    const other = await bench.open(randomUUID());
    expect((await other.stored([])).images).toEqual([]);
    await expect(other.removeImage(image?.id ?? "")).rejects.toMatchObject({ code: "not_found" });
    const { Id } = await engine.call<{ Id: string }>("GET", "/images/debian:bookworm-slim/json");
    await expect(bench.runtime.removeImage(Id)).rejects.toMatchObject({ code: "not_found" });
    await bench.runtime.remove(run.id, 0);
    expect((await mine())[0]?.isUsed).toBe(false);
    expect(await bench.runtime.removeImage(image?.id ?? "")).toBe(true);
    expect(await mine()).toEqual([]);
    // Asked for again it is built again.
    await prepare(run);
    expect(await mine()).toHaveLength(1);
  });

  it("P16 layers of a build that failed are told of, and deleted", async () => {
    const run = await unitOf({ Dockerfile: "FROM debian:bookworm-slim\nRUN head -c 2000000 /dev/zero > /half\nRUN exit 3\n" });
    await expect(prepare(run)).rejects.toMatchObject({ code: "invalid" });
    const layers = async () => (await bench.runtime.stored([])).images.filter(({ pod }) => pod === run.id.pod);
    const found = await layers();
    expect(found.map(({ builtFrom, names, isUsed }) => [builtFrom, names, isUsed])).toEqual([[null, [], false]]);
    for (const { id } of found) expect(await bench.runtime.removeImage(id)).toBe(true);
    expect(await layers()).toEqual([]);
  });

  it("what only BuildKit knows is named", async () => {
    const run = await unitOf({ Dockerfile: "FROM debian:bookworm-slim\nRUN --mount=type=secret,id=x cat /run/secrets/x\n" });
    await expect(prepare(run)).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringMatching(/--mount, which only BuildKit knows/),
    });
  });
});
