import type { PodView } from "@agentpod/core/api/pod-view";
import { useTranslations } from "use-intl";
import { useSaid } from "../../i18n/said.ts";
import { Mark, type Shape } from "../../ui/mark.tsx";

const shapes: Record<"applying" | "applied" | "refused", Shape> = { applying: "half", applied: "full", refused: "cross" };

/** Whether what was saved last is in place; while it is not, what is being done about it. */
export function LiveState({ pod }: { pod: PodView }) {
  const t = useTranslations("agentConfig");
  const said = useSaid();
  const isPending = pod.observedGeneration < pod.generation;
  const told = pod.units.flatMap(({ live }) => (live === undefined ? [] : [live]));
  if (isPending)
    return (
      <p role="status" className="flex items-center gap-2 text-sm">
        <Mark shape="half" />
        {t("pending", { generation: pod.generation })}
      </p>
    );
  if (told.length === 0) return null;
  return (
    <ul className="flex flex-col gap-1.5 text-sm">
      {told.map(({ revision, state, message }) => (
        <li key={revision} className="flex items-start gap-2">
          <span className="pt-1">
            <Mark shape={shapes[state]} />
          </span>
          <span className="min-w-0 break-words">
            {t(`liveStates.${state}`)}
            {message !== null && <span className="text-soft"> {said(message)}</span>}
          </span>
        </li>
      ))}
    </ul>
  );
}
