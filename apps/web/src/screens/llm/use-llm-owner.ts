import { useQuery } from "@tanstack/react-query";
import { queries } from "../../api/queries.ts";
import { useSearch } from "../../routing/use-search.ts";
import { useHeld } from "../../session/use-may.ts";

interface LlmOwner {
  /** As in the address; "" for none. */
  chosen: string;
  choose(name: string): void;
  tenants: string[];
  /** The chosen tenant, else the first; "" while none is known. */
  tenant: string;
  /** Whether the installation's own may be seen. */
  isPlatform: boolean;
  isReady: boolean;
}

/** Whose models are shown. */
export function useLlmOwner(): LlmOwner {
  const [wanted, choose] = useSearch("tenant");
  const isPlatform = useHeld()().includes("platform.read");
  const { data, isSuccess } = useQuery(queries.tenants());
  const tenants = (data ?? []).map(({ name }) => name).sort();
  const chosen = tenants.includes(wanted) ? wanted : "";
  return { chosen, choose, tenants, tenant: chosen || (tenants[0] ?? ""), isPlatform, isReady: isSuccess };
}
