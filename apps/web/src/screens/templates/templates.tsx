"use client";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { queries } from "../../api/queries.ts";
import { useLocalized } from "../../i18n/localized.ts";
import { Go } from "../../routing/go.tsx";
import { Asked } from "../../ui/asked.tsx";
import { Empty } from "../../ui/empty.tsx";
import { Page } from "../../ui/page.tsx";

/** What pods can be made from. */
export default function Templates() {
  const t = useTranslations("templates");
  const localized = useLocalized();
  const query = useQuery(queries.templates());
  return (
    <Page title={t("title")} subtitle={t("subtitle")}>
      <Asked query={query}>
        {(list) =>
          list.length === 0 ? (
            <Empty title={t("emptyTitle")} text={t("emptyText")} command="./agentpod template apply ./my-template" />
          ) : (
            <ul className="grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
              {list.map(({ id, name, version, tenantId, template }) => (
                <li key={id}>
                  <Go
                    href={`/templates/${encodeURIComponent(name)}`}
                    className="flex h-full flex-col gap-2 rounded-xl border bg-raised p-4 transition-colors hover:border-line-strong hover:bg-hover"
                  >
                    <span className="flex items-baseline justify-between gap-2">
                      <span className="font-medium">{localized(template.title)}</span>
                      <span className="whitespace-nowrap text-soft text-xs">
                        {name}@{version}
                      </span>
                    </span>
                    <span className="text-soft text-sm">{localized(template.description)}</span>
                    {tenantId !== null && <span className="text-soft text-xs">{t("private")}</span>}
                  </Go>
                </li>
              ))}
            </ul>
          )
        }
      </Asked>
    </Page>
  );
}
