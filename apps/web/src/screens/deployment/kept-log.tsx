"use client";
import type { DeploymentSummary } from "@agentpod/core/api/deployment-view";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useTranslations } from "use-intl";
import { Asked } from "../../ui/asked.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { deploymentQueries } from "../deployments/deployment-queries.ts";
import { shownLog } from "./shown-log.ts";

/** What was kept of a deployment's log, its end in sight. */
export function KeptLog({ deployment: { tenant, name, number, step } }: { deployment: DeploymentSummary }) {
  const t = useTranslations("deployments");
  const query = useQuery(deploymentQueries.log(tenant, name, number));
  return (
    <Asked query={query} lines={3}>
      {({ log }) => (log.trim() === "" ? <p className="p-4 text-soft text-sm">{t("noLog")}</p> : <Lines text={shownLog(log, step)} />)}
    </Asked>
  );
}

function Lines({ text }: { text: string }) {
  const t = useTranslations("deployments");
  const box = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another text is another end
  useEffect(() => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [text]);
  return (
    <div className="relative">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section ref={box} aria-label={t("log")} tabIndex={0} className="max-h-[50vh] overflow-auto bg-surface p-4 pr-12">
        <pre className="whitespace-pre-wrap break-words font-mono text-[12.5px] leading-5">{text}</pre>
      </section>
      <div className="absolute top-1 right-1">
        <CopyButton text={text} />
      </div>
    </div>
  );
}
