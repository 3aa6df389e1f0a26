import type { LucideIcon } from "lucide-react";
import type { ComponentProps } from "react";
import { cx } from "./cx.ts";

/** A button that is only a picture; `label` is its name. */
export function IconButton({ icon: Icon, label, className, ...rest }: ComponentProps<"button"> & { icon: LucideIcon; label: string }) {
  return (
    <button
      type="button"
      {...rest}
      aria-label={label}
      title={label}
      className={cx(
        "inline-flex size-8 shrink-0 items-center justify-center rounded-md text-soft transition-colors hover:bg-hover hover:text-ink disabled:opacity-50",
        className,
      )}
    >
      <Icon className="size-4" aria-hidden />
    </button>
  );
}
