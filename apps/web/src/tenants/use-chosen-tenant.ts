import { useQuery } from "@tanstack/react-query";
import { queries } from "../api/queries.ts";
import { useSearch } from "../routing/use-search.ts";

/** The tenant whose things are shown: as in the address, else the first. Empty while none is known. */
export function useChosenTenant(): { tenant: string; names: string[]; isReady: boolean; choose(name: string): void } {
  const [wanted, choose] = useSearch("tenant");
  const { data, isSuccess } = useQuery(queries.tenants());
  const names = (data ?? []).map(({ name }) => name).sort();
  return { tenant: names.includes(wanted) ? wanted : (names[0] ?? ""), names, isReady: isSuccess, choose };
}
