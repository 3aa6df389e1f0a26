import { useTranslations } from "use-intl";
import { useSaid } from "../../i18n/said.ts";
import { Ago } from "../../i18n/time.tsx";
import { Go } from "../../routing/go.tsx";
import { OutLink } from "../../ui/out-link.tsx";
import { deploymentHref } from "./deployment-href.ts";
import { DeploymentState } from "./deployment-state.tsx";
import type { Project } from "./projects-of.ts";

interface RowProps {
  project: Project;
  /** The application that it is a preview of; null: it is none. */
  previewOf: string | null;
}

/** An application in the list: what serves and where, and how its newest deployment stands. */
export function ProjectRow({ project, previewOf }: RowProps) {
  const t = useTranslations("deployments");
  const said = useSaid();
  const { tenant, name, serving, newest } = project;
  const isPlain = newest.serves;
  return (
    <li className="flex flex-col gap-1 px-4 py-3.5 text-sm">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Go href={deploymentHref(project)} className="break-all rounded font-medium underline-offset-4 hover:underline">
          {tenant}/{name}
        </Go>
        <Go href={deploymentHref(project, newest.number)} className="rounded underline-offset-4 hover:underline">
          <DeploymentState state={newest.state} />
        </Go>
        {previewOf !== null && <span className="break-all text-soft">{t("previewOfShort", { project: previewOf })}</span>}
        <span className="ml-auto whitespace-nowrap text-soft text-xs">
          <Ago at={newest.createdAt} />
        </span>
      </p>
      <p className="flex flex-wrap gap-x-3 gap-y-0.5 text-[13px] text-soft">
        <span>{serving === null ? t("nothingServes") : t("serves", { number: serving.number })}</span>
        <span className="break-all">{newest.origin}</span>
      </p>
      {serving?.url && (
        <p>
          <OutLink
            href={serving.url}
            className="break-all rounded underline decoration-line-strong underline-offset-4 hover:decoration-ink"
          >
            {serving.url}
          </OutLink>
        </p>
      )}
      {!isPlain && newest.message !== "" && (
        <p className="line-clamp-2 break-words">{t("newestSays", { number: newest.number, text: said(newest.message) })}</p>
      )}
    </li>
  );
}
