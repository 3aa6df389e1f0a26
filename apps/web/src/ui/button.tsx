import { LoaderCircle } from "lucide-react";
import type { ComponentProps } from "react";
import { cx } from "./cx.ts";
import { Hint } from "./hint.tsx";

const looks = {
  solid: "bg-solid text-on-solid hover:opacity-85",
  line: "border bg-raised hover:bg-hover",
  quiet: "text-soft hover:bg-hover hover:text-ink",
  danger: "border border-ink bg-raised font-medium hover:bg-solid hover:text-on-solid",
} as const;

export interface ButtonProps extends ComponentProps<"button"> {
  look?: keyof typeof looks;
  small?: boolean;
  isBusy?: boolean;
  /** Why it may not be pressed: it is then disabled, says so on hover and focus, and to screen readers. */
  why?: string | null | undefined;
}

export const buttonClass = (look: keyof typeof looks = "line", small = false): string =>
  cx(
    "inline-flex shrink-0 select-none items-center justify-center gap-1.5 whitespace-nowrap rounded-md transition-colors",
    small ? "h-7 px-2 text-[13px]" : "h-8 px-3 text-sm",
    looks[look],
  );

export function Button({ look = "line", small = false, isBusy = false, why, className, children, onClick, ...rest }: ButtonProps) {
  const isForbidden = typeof why === "string";
  const button = (
    <button
      type="button"
      {...rest}
      // Stays reachable by keyboard, so that the reason can be read.
      aria-disabled={isForbidden || rest.disabled || isBusy || undefined}
      disabled={!isForbidden && (rest.disabled || isBusy)}
      onClick={isForbidden ? (event) => event.preventDefault() : onClick}
      className={cx(
        buttonClass(look, small),
        "disabled:opacity-50 aria-disabled:opacity-50",
        isForbidden && "cursor-not-allowed!",
        className,
      )}
    >
      {isBusy && <LoaderCircle className="size-3.5 animate-spin" aria-hidden />}
      {children}
    </button>
  );
  return isForbidden ? <Hint text={why}>{button}</Hint> : button;
}
