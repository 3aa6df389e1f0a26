/** One metric of Prometheus' text format. */
export interface Exposed {
  name: string;
  help: string;
  type: "gauge" | "counter";
  values: { labels: Record<string, string>; value: number | null }[];
}

/** Prometheus' text format, version 0.0.4; values that are not known are left out. */
export function exposition(metrics: readonly Exposed[]): string {
  return metrics
    .map(({ name, help, type, values }) => {
      const lines = values.flatMap(({ labels, value }) => (value === null ? [] : [`${name}${labelText(labels)} ${value}`]));
      return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines, ""].join("\n");
    })
    .join("");
}

function labelText(labels: Record<string, string>): string {
  const parts = Object.entries(labels).map(
    ([key, value]) => `${key}="${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`,
  );
  return parts.length === 0 ? "" : `{${parts.join(",")}}`;
}
