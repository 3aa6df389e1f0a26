import type { ReactNode } from "react";
import { cx } from "./cx.ts";

interface PageProps {
  title: ReactNode;
  /** Beside the title. */
  actions?: ReactNode;
  subtitle?: ReactNode;
  /** The whole width, and no padding below: for tables that scroll by themselves. */
  wide?: boolean;
  children: ReactNode;
}

/** A screen: its heading, what can be done, and the rest. */
export function Page({ title, actions, subtitle, wide = false, children }: PageProps) {
  return (
    <div className={cx("mx-auto flex w-full flex-col gap-5 px-4 py-6 sm:px-8", wide ? "max-w-[1400px]" : "max-w-5xl")}>
      <header className="flex flex-wrap items-center justify-between gap-x-4 gap-y-3">
        <div className="flex min-w-0 flex-col gap-1">
          <h1 className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1 break-words font-semibold text-xl tracking-tight">{title}</h1>
          {subtitle && <div className="text-soft text-sm">{subtitle}</div>}
        </div>
        {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </header>
      {children}
    </div>
  );
}
