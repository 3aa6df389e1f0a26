import { spawnSync } from "node:child_process";

/** True where a container engine answers; with AGENTPOD_REQUIRE_DOCKER=1 its absence is an error instead. */
export function engineAnswers(): boolean {
  const answers = spawnSync("docker", ["version", "--format", "{{.Server.Version}}"]).status === 0;
  if (!answers && process.env.AGENTPOD_REQUIRE_DOCKER === "1")
    throw new Error("AGENTPOD_REQUIRE_DOCKER=1, and no container engine answers");
  return answers;
}

export function docker(...args: string[]): string {
  const done = spawnSync("docker", args, { encoding: "utf8" });
  if (done.status !== 0) throw new Error(`docker ${args.join(" ")}: ${done.stderr}`);
  return done.stdout.trim();
}

/** Containers, networks and volumes of one installation, by name. */
export function engineObjects(installation: string): string[] {
  const filter = ["--filter", `label=agentpod.installation=${installation}`];
  return [
    docker("ps", "-a", ...filter, "--format", "container {{.Names}}"),
    docker("network", "ls", ...filter, "--format", "network {{.Name}}"),
    docker("volume", "ls", ...filter, "--format", "volume {{.Name}}"),
  ]
    .flatMap((lines) => lines.split("\n"))
    .filter((line) => line !== "");
}
