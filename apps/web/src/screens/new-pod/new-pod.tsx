"use client";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { queries } from "../../api/queries.ts";
import { useSearch } from "../../routing/use-search.ts";
import { Asked } from "../../ui/asked.tsx";
import { Page } from "../../ui/page.tsx";
import { ChooseTemplate } from "./choose-template.tsx";
import { NewPodForm } from "./new-pod-form.tsx";

/** A pod in two steps: which template, and what it asks for. */
export default function NewPod() {
  const t = useTranslations("newPod");
  const [chosen, choose] = useSearch("template");
  const templates = useQuery(queries.templates());
  return (
    <Page title={t("title")} subtitle={t("subtitle")}>
      <Asked query={templates}>
        {(list) => {
          const view = list.find(({ name }) => name === chosen);
          return (
            <>
              <ChooseTemplate templates={list} chosen={chosen} onChoose={choose} />
              {view && <NewPodForm key={view.id} view={view} />}
            </>
          );
        }}
      </Asked>
    </Page>
  );
}
