import type { ComponentProps, ReactNode } from "react";
import { cx } from "./cx.ts";

/** A plain table that scrolls sideways by itself on small screens. With `actions`, a last column of buttons needs no heading to be seen. */
export function Table({ label, head, actions, children }: { label: string; head: string[]; actions?: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reachable by keyboard
    <section className="relative overflow-x-auto" aria-label={label} tabIndex={0}>
      <table className="w-full text-sm">
        <thead>
          <tr className="border-b text-left text-soft text-xs">
            {head.map((title) => (
              <th key={title} scope="col" className="whitespace-nowrap px-4 py-2 font-medium">
                {title}
              </th>
            ))}
            {actions && (
              <th scope="col">
                <span className="sr-only">{actions}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody className="divide-y">{children}</tbody>
      </table>
    </section>
  );
}

export const Cell = ({ className, ...rest }: ComponentProps<"td">) => (
  <td {...rest} className={cx("px-4 py-2.5 align-middle", className)} />
);
