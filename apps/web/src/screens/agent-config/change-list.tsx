import type { Change } from "../pod/revisions/spec-diff.ts";

/** What was and what is to be, path by path. */
export function ChangeList({ changes }: { changes: readonly Change[] }) {
  if (changes.length === 0) return null;
  return (
    <dl className="flex flex-col gap-2 font-mono text-[13px]">
      {changes.map(({ path, before, after }) => (
        <div key={path}>
          <dt className="break-all text-soft">{path}</dt>
          {before !== null && (
            <dd className="break-all">
              <del className="no-underline opacity-70">
                <span aria-hidden>{"− "}</span>
                {before}
              </del>
            </dd>
          )}
          {after !== null && (
            <dd className="break-all font-medium">
              <ins className="no-underline">
                <span aria-hidden>{"+ "}</span>
                {after}
              </ins>
            </dd>
          )}
        </div>
      ))}
    </dl>
  );
}
