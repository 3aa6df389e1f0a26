import { useDeferredValue, useMemo } from "react";
import { useSearch } from "../../routing/use-search.ts";
import { type PodFilterValues, type SortKey, sortKeys } from "./choose-pods.ts";

export interface PodFilter {
  values: PodFilterValues;
  /** As typed; `values.text` follows when there is time. */
  text: string;
  setText(text: string): void;
  setTenant(tenant: string): void;
  setStanding(standing: string): void;
  /** The same key again turns the order around. */
  sortBy(key: SortKey): void;
}

/** What is shown of the list, kept in the address: it survives a reload and can be sent to a colleague. */
export function usePodFilter(): PodFilter {
  const [text, setText] = useSearch("q");
  const [tenant, setTenant] = useSearch("tenant");
  const [standing, setStanding] = useSearch("standing");
  const [order, setOrder] = useSearch("sort");
  const deferred = useDeferredValue(text);
  const isDescending = order.startsWith("-");
  const sort = sortKeys.find((key) => key === order.replace("-", "")) ?? "name";
  const values = useMemo(
    () => ({ text: deferred, tenant, standing, sort, isDescending }),
    [deferred, tenant, standing, sort, isDescending],
  );
  return {
    values,
    text,
    setText,
    setTenant,
    setStanding,
    sortBy: (key) => setOrder(key === sort && !isDescending ? `-${key}` : key),
  };
}
