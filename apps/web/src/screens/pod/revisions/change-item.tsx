import type { ReactNode } from "react";

interface ChangeItemProps {
  path: string;
  /** Null: was not there. */
  before: ReactNode;
  /** Null: is gone. */
  after: ReactNode;
}

/** What was at a path and what is to be there, in a list of both. */
export function ChangeItem({ path, before, after }: ChangeItemProps) {
  return (
    <div>
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
  );
}
