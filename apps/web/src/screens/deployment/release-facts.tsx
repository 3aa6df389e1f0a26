import type { DeploymentView } from "@agentpod/core/api/deployment-view";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import { At } from "../../i18n/time.tsx";
import { useActors } from "../../session/use-actors.ts";
import { Facts } from "../../ui/facts.tsx";
import { SettingsText } from "./settings-text.tsx";

/** What a deployment is: its code, what was built of it, and its configuration by names and versions. Values are never shown. */
export function ReleaseFacts({ release }: { release: DeploymentView }) {
  const t = useTranslations("deployments");
  const { nameOf } = useActors();
  const { origin, source, artifact, environment, environmentVersion, actor, createdAt, finishedAt, settings, target, generation, state } =
    release;
  const names = Object.keys(environment).sort();
  const hasSettings = Object.values(settings).some((value) => value !== undefined);
  const facts: [string, ReactNode][] = [
    ...(target === null ? [] : ([[t("backTo"), t("number", { number: target })]] as [string, ReactNode][])),
    [
      t("origin"),
      <span key="origin" className="break-all">
        {origin}
      </span>,
    ],
    [t("source"), <Digest key="source" text={source} />],
    [t("built"), artifact === null ? state === "succeeded" ? t("notBuilt") : "–" : <Digest key="built" text={artifact} />],
    [
      t("variables"),
      names.length === 0 ? (
        t("noVariables")
      ) : (
        <ul key="variables" className="flex flex-col gap-0.5">
          {names.map((name) => (
            <li key={name} className="break-all">
              <code className="font-mono text-[13px]">{name}</code>{" "}
              <span className="text-soft text-xs">{t("variableVersion", { version: environment[name] ?? 0 })}</span>
            </li>
          ))}
        </ul>
      ),
    ],
    [t("environmentVersion"), environmentVersion === 0 ? "–" : environmentVersion],
    ...(hasSettings ? ([[t("settings"), <SettingsText key="settings" settings={settings} />]] as [string, ReactNode][]) : []),
    ...(generation === null ? [] : ([[t("revision"), generation]] as [string, ReactNode][])),
    [t("askedBy"), nameOf(actor)],
    [t("asked"), <At key="asked" at={createdAt} />],
    ...(finishedAt === null ? [] : ([[t("ended"), <At key="ended" at={finishedAt} />]] as [string, ReactNode][])),
  ];
  return <Facts facts={facts} />;
}

/** The first of its digits tell one from another; the whole is there to be copied. */
function Digest({ text }: { text: string }) {
  return (
    <code title={text} className="break-all font-mono text-[13px]">
      {text.replace(/^sha256:/, "").slice(0, 16)}
    </code>
  );
}
