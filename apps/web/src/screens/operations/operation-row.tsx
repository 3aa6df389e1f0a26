import type { OperationSummary } from "@agentpod/core/api/operation-view";
import { useTranslations } from "use-intl";
import { useSaid } from "../../i18n/said.ts";
import { Ago } from "../../i18n/time.tsx";
import { Go } from "../../routing/go.tsx";
import { useActors } from "../../session/use-actors.ts";
import { OperationState } from "./operation-state.tsx";
import { useKindText } from "./use-kind-text.ts";

const fewPods = 3;

export function OperationRow({ operation }: { operation: OperationSummary }) {
  const t = useTranslations("operations");
  const said = useSaid();
  const kindText = useKindText();
  const { nameOf } = useActors();
  const { id, kind, state, pods, tenant, actor, message, position, createdAt } = operation;
  const names = pods.slice(0, fewPods).map(({ name }) => name);
  const more = pods.length - names.length;
  return (
    <li>
      <Go href={`/operations/${id}`} className="flex flex-col gap-1 px-4 py-3 text-sm transition-colors hover:bg-hover">
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <span className="font-medium">{kindText(kind)}</span>
          <OperationState state={state} />
          {position !== null && <span className="text-soft">{t("place", { position })}</span>}
          <span className="ml-auto whitespace-nowrap text-soft text-xs">
            <Ago at={createdAt} />
          </span>
        </span>
        <span className="flex flex-wrap gap-x-3 text-[13px] text-soft">
          <span className="break-all">
            {names.length > 0 ? names.join(", ") : (tenant ?? t("severalTenants"))}
            {more > 0 && ` ${t("morePods", { count: more })}`}
          </span>
          <span className="break-all">{nameOf(actor)}</span>
        </span>
        {message !== "" && <span className="line-clamp-2 break-words">{said(message)}</span>}
      </Go>
    </li>
  );
}
