"use client";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { queries } from "../../api/queries.ts";
import { useLocalized } from "../../i18n/localized.ts";
import { Go } from "../../routing/go.tsx";
import { NothingHere } from "../../routing/nothing-here.tsx";
import { Asked } from "../../ui/asked.tsx";
import { buttonClass } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { CodeBlock } from "../../ui/code-block.tsx";
import { Command } from "../../ui/command.tsx";
import { Page } from "../../ui/page.tsx";
import { InputTable } from "./input-table.tsx";

/** One template: what it is, what it asks for, what it makes. */
export default function Template({ params }: { params: Record<string, string> }) {
  const t = useTranslations("templates");
  const localized = useLocalized();
  const query = useQuery(queries.templates());
  const view = query.data?.find(({ name }) => name === params.name);
  if (query.data !== undefined && view === undefined) return <NothingHere />;
  return (
    <Page
      title={view === undefined ? params.name : localized(view.template.title)}
      subtitle={view && localized(view.template.description)}
      actions={
        <>
          <Go href={`/upgrade?template=${encodeURIComponent(params.name ?? "")}`} className={buttonClass()}>
            {t("upgrade")}
          </Go>
          <Go href={`/pods/new?template=${encodeURIComponent(params.name ?? "")}`} className={buttonClass("solid")}>
            {t("createPod")}
          </Go>
        </>
      }
    >
      <Asked query={query}>
        {() =>
          view && (
            <>
              <Command text={`./agentpod pod create acme/web --template ${view.name} --wait`} />
              <Card title={t("inputs")} flush>
                <InputTable inputs={view.template.inputs} />
              </Card>
              <Card title={t("spec")}>
                <CodeBlock label={t("spec")} text={JSON.stringify(view.template.spec, null, 2)} />
              </Card>
            </>
          )
        }
      </Asked>
    </Page>
  );
}
