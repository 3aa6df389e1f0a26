import type { Issue } from "@agentpod/core/errors";
import { useTranslations } from "use-intl";
import { useSaid } from "../i18n/said.ts";

/** What the API found wrong and expected instead, in the page's language. */
export function useIssueTexts(): (issues: readonly Issue[]) => { path: string; text: string }[] {
  const t = useTranslations("inputs");
  const said = useSaid();
  return (issues) =>
    issues.map(({ path, expected, nearest }) => ({
      path,
      text:
        nearest === undefined ? t("expected", { expected: said(expected) }) : t("expectedNearest", { expected: said(expected), nearest }),
    }));
}
