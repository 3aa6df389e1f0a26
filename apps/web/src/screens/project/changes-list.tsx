import type { DeploymentView } from "@agentpod/core/api/deployment-view";
import { useTranslations } from "use-intl";
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
        <div key={path}>
          <dt className="break-all text-soft">{path}</dt>
          {old !== null && (
            <dd className="break-all">
              <del className="no-underline opacity-70">
                <span aria-hidden>{"− "}</span>
                <code>{old}</code>
              </del>
            </dd>
          )}
          {now !== null && (
            <dd className="break-all font-medium">
              <ins className="no-underline">
                <span aria-hidden>{"+ "}</span>
                <code>{now}</code>
              </ins>
            </dd>
          )}
        </div>
      ))}
    </dl>
  );
}
