import { useWhoami } from "../session/use-may.ts";
import { type NavItem, navGroups } from "./nav-items.ts";

/** The entries that whoever is signed in can make use of. */
export function useNav(): NavItem[][] {
  const { permissions } = useWhoami();
  return navGroups.map((group) => group.filter(({ permission }) => permission === undefined || permissions.includes(permission)));
}
