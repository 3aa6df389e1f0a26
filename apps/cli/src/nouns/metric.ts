import { metricRanges } from "@agentpod/core/metric";
import { type Command, Option } from "commander";
import { examples, noun, verb } from "../define-command.ts";

export function metricCommands(program: Command): void {
  const metric = noun(program, "metric", "CPU, memory, network and disk over a time");
  examples(
    verb(
      metric,
      "show [tenant/pod]",
      "Of a pod; else of the machine and AgentPod itself",
      () => import("../commands/metric-show.ts"),
    ).addOption(new Option("--range <range>", "how far back").choices(metricRanges).default("1h")),
    "metric show acme/web --range 24h",
    "metric show -o json",
  );
  verb(metric, "prometheus", "What Prometheus would read", () => import("../commands/metric-prometheus.ts"));
}
