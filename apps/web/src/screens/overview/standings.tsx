import type { PodSummary } from "@agentpod/core/api/pod-view";
import { useFormatter, useTranslations } from "use-intl";
import { podState, type Standing } from "../../pods/pod-state.ts";
import { Go } from "../../routing/go.tsx";
import { Mark, type Shape } from "../../ui/mark.tsx";

const tiles: [Standing, Shape][] = [
  ["fine", "full"],
  ["attention", "cross"],
  ["moving", "half"],
  ["resting", "ring"],
];

/** How many pods stand how; each number leads to them. */
export function Standings({ pods }: { pods: PodSummary[] }) {
  const t = useTranslations("standing");
  const format = useFormatter();
  const count = (standing: Standing): number => pods.filter((pod) => podState(pod).standing === standing).length;
  return (
    <ul className="grid grid-cols-2 gap-px overflow-hidden rounded-xl border bg-line lg:grid-cols-4">
      {tiles.map(([standing, shape]) => (
        <li key={standing} className="bg-raised">
          <Go href={`/pods?standing=${standing}`} className="flex h-full flex-col gap-1 p-4 transition-colors hover:bg-hover">
            <span className="flex items-center gap-2 text-soft text-sm">
              <Mark shape={shape} />
              {t(standing)}
            </span>
            <span className="font-semibold text-3xl tabular-nums tracking-tight">{format.number(count(standing))}</span>
          </Go>
        </li>
      ))}
    </ul>
  );
}
