import type { ReactNode } from "react";
import { cx } from "./cx.ts";

/** A framed part of a page, with a heading of its own. */
export function Card({
  title,
  actions,
  children,
  flush = false,
}: {
  title?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  flush?: boolean;
}) {
  return (
    <section className="min-w-0 overflow-hidden rounded-xl border bg-raised">
      {title && (
        <div className="flex min-h-11 flex-wrap items-center justify-between gap-2 border-b px-4 py-2">
          <h2 className="font-medium text-sm">{title}</h2>
          {actions}
        </div>
      )}
      <div className={cx(!flush && "p-4")}>{children}</div>
    </section>
  );
}
