import { AppError } from "@agentpod/core/errors";
import { useTranslations } from "use-intl";
import { useSaid } from "../../i18n/said.ts";
import { useIssueTexts } from "../../inputs/use-issue-texts.ts";
import type { BringingProblem } from "./use-source.ts";

/** Why code could not be taken, with each place that is to be looked at. `shown`: those that stand at a field. */
export function SourceProblem({ problem, shown }: { problem: BringingProblem; shown: readonly string[] }) {
  const t = useTranslations("newDeployment");
  const said = useSaid();
  const textsOf = useIssueTexts();
  const issues = problem instanceof AppError ? textsOf(problem.issues).filter(({ path }) => !shown.includes(path)) : [];
  return (
    <div role="alert" className="flex flex-col gap-2 text-sm">
      <p className="break-words font-medium">{problem instanceof AppError ? said(problem.message) : t(problem)}</p>
      {issues.length > 0 && (
        <ul className="list-disc pl-5">
          {issues.map(({ path, text }) => (
            <li key={`${path} ${text}`} className="break-words">
              <code className="break-all font-mono text-[13px]">{path}</code> {text}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
