import { ChangeItem } from "./change-item.tsx";
import type { Change } from "./spec-diff.ts";

/** What was and what is to be, path by path. */
export function ChangeList({ changes }: { changes: readonly Change[] }) {
  if (changes.length === 0) return null;
  return (
    <dl className="flex flex-col gap-2 font-mono text-[13px]">
      {changes.map((change) => (
        <ChangeItem key={change.path} {...change} />
      ))}
    </dl>
  );
}
