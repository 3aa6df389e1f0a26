import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { queries } from "../../api/queries.ts";
import { useMay } from "../../session/use-may.ts";

/** Says why whoever looks cannot take containers over here: by their role, or because pods are no containers; null when they can. Undefined: not known yet. */
export function useWhyNotAdopt(): string | null | undefined {
  const t = useTranslations("pods");
  const why = useMay()("platform.adopt");
  const { data, isError } = useQuery({ ...queries.installation(), enabled: why === null });
  if (why !== null) return why;
  if (isError) return null;
  return data === undefined ? undefined : data.runtime.adopts ? null : t("noAdoption");
}
