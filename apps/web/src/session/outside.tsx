import type { ReactNode } from "react";
import { LocaleSwitch } from "../shell/locale-switch.tsx";
import { ThemeSwitch } from "../shell/theme-switch.tsx";
import { cx } from "../ui/cx.ts";
import { Logo } from "../ui/logo.tsx";

interface OutsideProps {
  title: string;
  text: string;
  /** For more than one short form. */
  wide?: boolean;
  children: ReactNode;
}

/** A page for those who are not signed in. */
export function Outside({ title, text, wide = false, children }: OutsideProps) {
  return (
    <main className="flex min-h-dvh flex-col">
      <div className="flex justify-end gap-1 p-3">
        <LocaleSwitch />
        <ThemeSwitch />
      </div>
      <div className={cx("mx-auto flex w-full flex-1 flex-col justify-center gap-6 p-6 pb-[20vh]", wide ? "max-w-2xl" : "max-w-sm")}>
        <Logo />
        <div className="flex flex-col gap-1">
          <h1 className="font-semibold text-2xl tracking-tight">{title}</h1>
          <p className="text-soft text-sm">{text}</p>
        </div>
        {children}
      </div>
    </main>
  );
}
