import type { ComponentProps } from "react";
import { cx } from "./cx.ts";

const look =
  "w-full min-w-0 rounded-md border border-line-strong bg-raised text-[16px] sm:text-sm placeholder:text-soft aria-invalid:border-2 aria-invalid:border-ink disabled:opacity-60";

export const Input = ({ className, ...rest }: ComponentProps<"input">) => <input {...rest} className={cx(look, "h-9 px-3", className)} />;

export const Textarea = ({ className, ...rest }: ComponentProps<"textarea">) => (
  <textarea {...rest} className={cx(look, "px-3 py-2 font-mono sm:text-[13px]", className)} />
);

export const Select = ({ className, ...rest }: ComponentProps<"select">) => (
  <select {...rest} className={cx(look, "h-9 px-2", className)} />
);
