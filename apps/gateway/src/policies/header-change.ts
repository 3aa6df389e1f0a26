import { validateHeaderName, validateHeaderValue } from "node:http";
import type { RoutePolicies } from "@agentpod/core/route-policies";

type Change = NonNullable<RoutePolicies["requestHeaders"]>;

/** Headers taken out of a message and put into it. */
export interface HeaderChange {
  /** Lower case: those to be removed and those to be set, which have no other values. */
  readonly gone: ReadonlySet<string>;
  /** Flat list, names in lower case. */
  readonly added: readonly string[];
}

/** `alsoGone`: names in lower case that go whatever the policy says, unless it sets them. Null: nothing changes. Throws for what is no header. */
export function headerChange(change: Change | undefined, alsoGone: readonly string[] = []): HeaderChange | null {
  const set = new Map(Object.entries(change?.set ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
  for (const [name, value] of set) {
    validateHeaderName(name);
    validateHeaderValue(name, value);
  }
  const gone = new Set([...(change?.remove ?? []).map((name) => name.toLowerCase()), ...set.keys(), ...alsoGone]);
  return gone.size === 0 ? null : { gone, added: [...set].flat() };
}

/** The flat list with the change made. */
export function changedHeaders(list: readonly string[], { gone, added }: HeaderChange): string[] {
  const result: string[] = [];
  for (let i = 0; i < list.length; i += 2) {
    const name = list[i] as string;
    if (!gone.has(name.toLowerCase())) result.push(name, list[i + 1] as string);
  }
  result.push(...added);
  return result;
}

/** Of the headers that a change sets, those that a page has not itself. */
export function addedToPage(page: readonly string[], { added }: HeaderChange): string[] {
  const own = new Set(page.filter((_, i) => i % 2 === 0).map((name) => name.toLowerCase()));
  return added.filter((_, i) => !own.has(added[i - (i % 2)] as string));
}
