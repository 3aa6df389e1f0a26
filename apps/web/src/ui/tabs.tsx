import { Go } from "../routing/go.tsx";
import { cx } from "./cx.ts";

/** Tabs that are addresses: each can be linked to, and Back goes back. */
export function LinkTabs({ label, tabs, current }: { label: string; tabs: { id: string; text: string; href: string }[]; current: string }) {
  return (
    <nav aria-label={label} className="-mx-4 overflow-x-auto border-b px-4 sm:mx-0 sm:px-0">
      <ul className="flex gap-1">
        {tabs.map(({ id, text, href }) => (
          // On a small screen the one that is open may lie beyond the edge.
          <li key={id} ref={id === current ? intoView : undefined}>
            <Go
              href={href}
              aria-current={id === current ? "page" : undefined}
              className={cx(
                "-mb-px block whitespace-nowrap border-b-2 px-2.5 py-2 text-sm transition-colors",
                id === current ? "border-ink font-medium" : "border-transparent text-soft hover:text-ink",
              )}
            >
              {text}
            </Go>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function intoView(tab: HTMLLIElement | null): void {
  tab?.scrollIntoView({ block: "nearest", inline: "nearest" });
}
