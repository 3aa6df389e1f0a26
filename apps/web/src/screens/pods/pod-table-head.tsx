import { ArrowDown, ArrowUp } from "lucide-react";
import { useTranslations } from "use-intl";
import { cx } from "../../ui/cx.ts";
import type { SortKey } from "./choose-pods.ts";
import { podColumns } from "./pod-row.tsx";
import type { PodFilter } from "./use-pod-filter.ts";

interface HeadProps {
  filter: PodFilter;
  areAll: boolean;
  onAll(): void;
}

/** Names of the columns; those that can be sorted by are buttons. */
export function PodTableHead({ filter, areAll, onAll }: HeadProps) {
  const t = useTranslations("pods");
  const { sort, isDescending } = filter.values;
  const column = (key: SortKey | null, text: string, more = "") => (
    <th
      scope="col"
      aria-sort={key === sort ? (isDescending ? "descending" : "ascending") : undefined}
      className={cx("flex items-center", more)}
    >
      {key === null ? (
        text
      ) : (
        <button type="button" onClick={() => filter.sortBy(key)} className="flex items-center gap-1 rounded hover:text-ink">
          {text}
          {key === sort && (isDescending ? <ArrowUp className="size-3" aria-hidden /> : <ArrowDown className="size-3" aria-hidden />)}
        </button>
      )}
    </th>
  );
  return (
    <thead className="block">
      <tr aria-rowindex={1} className={cx(podColumns, "py-2 font-medium text-soft text-xs")}>
        <th scope="col" className="text-left">
          <input type="checkbox" checked={areAll} onChange={onAll} aria-label={t("selectAll")} className="size-4 accent-ink align-middle" />
        </th>
        {column("name", t("pod"))}
        {column("state", t("state"))}
        {column("template", t("template"), "hidden lg:flex")}
        {column(null, t("address"), "hidden lg:flex")}
        {column("updated", t("changed"), "hidden justify-end lg:flex")}
      </tr>
    </thead>
  );
}
