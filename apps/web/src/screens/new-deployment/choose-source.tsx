"use client";
import { useState } from "react";
import { useFormatter, useTranslations } from "use-intl";
import { useSaid } from "../../i18n/said.ts";
import { useMay } from "../../session/use-may.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { Choice } from "../../ui/choice.tsx";
import { Mark } from "../../ui/mark.tsx";
import { fileSize } from "../agent-packages/file-size.ts";
import { DropSource } from "./drop-source.tsx";
import { GitSource } from "./git-source.tsx";
import { PushSource } from "./push-source.tsx";
import { repositoryLoginFields } from "./repository-login.tsx";
import { SourceProblem } from "./source-problem.tsx";
import { SourceProgress } from "./source-progress.tsx";
import type { Brought, SourceState } from "./use-source.ts";

const ways = ["files", "git", "push"] as const;

interface ChooseProps {
  tenant: string;
  /** The application that is deployed again; empty: none yet. */
  name: string;
  source: SourceState;
}

/** Where the code comes from: a folder or an archive of this computer, a repository, or a push. */
export function ChooseSource({ tenant, name, source }: ChooseProps) {
  const t = useTranslations("newDeployment");
  const why = useMay()("artifact.write", tenant);
  const [way, setWay] = useState<(typeof ways)[number]>("files");
  const { brought, bringing, problem } = source;
  const isGit = way === "git";
  if (brought !== null)
    return (
      <Card title={t("code")}>
        <BroughtSource brought={brought} onOther={source.clear} />
      </Card>
    );
  return (
    <Card title={t("code")}>
      <div className="flex flex-col gap-5">
        <fieldset className="flex flex-wrap gap-x-8 gap-y-3">
          <legend className="sr-only">{t("from")}</legend>
          {ways.map((one) => (
            <Choice
              key={one}
              group="source"
              label={t(`sources.${one}`)}
              checked={way === one}
              disabled={bringing !== null}
              onChange={() => {
                setWay(one);
                source.clear();
              }}
            />
          ))}
        </fieldset>
        {bringing !== null && <SourceProgress bringing={bringing} onCancel={source.clear} />}
        {isGit && <GitSource why={why} isBusy={bringing !== null} problem={problem} onFetch={source.bringRepository} />}
        {way === "files" && bringing === null && <DropSource why={why} onGiven={source.bringGiven} />}
        {way === "push" && <PushSource tenant={tenant} name={name} />}
        {problem !== null && <SourceProblem problem={problem} shown={isGit ? gitFields : []} />}
      </div>
    </Card>
  );
}

const gitFields = ["url", "ref", ...repositoryLoginFields];

function BroughtSource({ brought, onOther }: { brought: Brought; onOther(): void }) {
  const t = useTranslations("newDeployment");
  const said = useSaid();
  const format = useFormatter();
  const { origin, digest, files, bytes, notices } = brought;
  return (
    <div className="flex flex-wrap items-start justify-between gap-3 text-sm">
      <div role="status" className="flex min-w-0 flex-1 basis-64 flex-col gap-1">
        <p className="flex items-start gap-2.5">
          <span className="pt-1">
            <Mark shape="full" />
          </span>
          <span className="min-w-0 break-all font-medium">{origin}</span>
        </p>
        <p className="flex flex-wrap gap-x-3 pl-[1.375rem] text-[13px] text-soft">
          {files !== null && bytes !== null && <span>{t("size", { count: files, size: fileSize(bytes, format) })}</span>}
          <code title={digest} className="font-mono">
            {digest.replace(/^sha256:/, "").slice(0, 12)}
          </code>
        </p>
        {notices.map((notice) => (
          <p key={notice} className="break-words pl-[1.375rem] text-[13px]">
            {said(notice)}
          </p>
        ))}
      </div>
      <Button onClick={onOther}>{t("otherCode")}</Button>
    </div>
  );
}
