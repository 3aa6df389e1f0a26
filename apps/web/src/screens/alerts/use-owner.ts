import { useQuery } from "@tanstack/react-query";
import { queries } from "../../api/queries.ts";
import { useSearch } from "../../routing/use-search.ts";
import { useHeld } from "../../session/use-may.ts";
import type { Owner } from "./alert-queries.ts";

interface OwnerChoice {
  /** As chosen: a tenant's name; "" for all tenants, or for the installation's own. */
  chosen: string;
  choose(name: string): void;
  tenants: string[];
  /** Rules and channels belong to this; undefined while none is known. */
  owner: Owner | undefined;
  /** Whether the installation's own may be seen. */
  isPlatform: boolean;
}

/** Whose alerts are shown, as in the address. Without a choice: the installation's own where it may be seen, else the first tenant's. */
export function useOwner(): OwnerChoice {
  const [wanted, choose] = useSearch("tenant");
  const isPlatform = useHeld()().includes("platform.read");
  const { data, isSuccess } = useQuery(queries.tenants());
  const tenants = (data ?? []).map(({ name }) => name).sort();
  const chosen = tenants.includes(wanted) ? wanted : "";
  const owner = chosen !== "" ? chosen : isPlatform ? null : tenants[0];
  return { chosen, choose, tenants, owner: isSuccess ? owner : undefined, isPlatform };
}
