import type { DeploymentView } from "@agentpod/core/api/deployment-view";
import { useTranslations } from "use-intl";
import { ChangeItem } from "../pod/revisions/change-item.tsx";
import { releaseChanges } from "./release-changes.ts";

const signs = { added: "+", changed: "±", removed: "−" } as const;

/** What differs between two deployments. Of variables it says that they changed, never what they are. */
export function ChangesList({ before, after }: { before: DeploymentView; after: DeploymentView }) {
  const t = useTranslations("deployments");
  const { variables, rest } = releaseChanges(before, after);
  if (variables.length === 0 && rest.length === 0) return <p className="text-soft text-sm">{t("noChanges")}</p>;
  return (
    <dl className="flex flex-col gap-2 overflow-x-auto font-mono text-[13px]">
      {variables.map(({ name, is }) => (
        <div key={name}>
          <dt className="break-all text-soft">{name}</dt>
          <dd className="font-medium font-sans">
            <span aria-hidden>{`${signs[is]} `}</span>
            {t(`variableIs.${is}`)}
          </dd>
        </div>
      ))}
      {rest.map(({ path, before: old, after: now }) => (
        <ChangeItem
          key={path}
          path={path}
          before={old === null ? null : <code>{old}</code>}
          after={now === null ? null : <code>{now}</code>}
        />
      ))}
    </dl>
  );
}
