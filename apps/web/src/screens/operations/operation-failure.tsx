import type { OperationView } from "@agentpod/core/api/operation-view";
import { useTranslations } from "use-intl";
import { useSaid } from "../../i18n/said.ts";
import { Mark } from "../../ui/mark.tsx";
import { operationKinds } from "./use-kind-text.ts";

/** Why it failed, field by field, and how things stand now; nothing while it did not. */
export function OperationFailure({ operation: { kind, error } }: { operation: OperationView }) {
  const t = useTranslations("operations");
  const said = useSaid();
  if (error === null) return null;
  const known = operationKinds.find((one) => one === kind);
  return (
    <div role="alert" className="flex items-start gap-3 rounded-xl border border-ink bg-raised p-4 text-sm">
      <span className="pt-1">
        <Mark shape="cross" />
      </span>
      <div className="flex min-w-0 flex-col gap-2">
        <p className="break-words font-medium">{said(error.message)}</p>
        {(error.issues ?? []).length > 0 && (
          <ul className="list-disc pl-5">
            {error.issues?.map(({ path, expected }) => (
              <li key={`${path} ${expected}`} className="break-words">
                {t("issue", { path, expected: said(expected) })}
              </li>
            ))}
          </ul>
        )}
        {known !== undefined && <p className="text-soft">{t(`afterFailure.${known}`)}</p>}
      </div>
    </div>
  );
}
