"use client";
import type { ComponentProps, MouseEvent } from "react";

/** Shows another address without loading a page. Next.js takes part in `pushState`: its hooks see the new address. */
export function go(href: string, options: { replace?: boolean } = {}): void {
  if (options.replace) window.history.replaceState(null, "", href);
  else window.history.pushState(null, "", href);
  if (!options.replace) window.scrollTo(0, 0);
}

type GoProps = Omit<ComponentProps<"a">, "href"> & { href: string };

/** A link within the dashboard: a real one, so that a new tab, copying and screen readers work. */
export function Go({ href, onClick, ...rest }: GoProps) {
  const follow = (event: MouseEvent<HTMLAnchorElement>): void => {
    onClick?.(event);
    const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (!isPlain || event.defaultPrevented || rest.target !== undefined) return;
    event.preventDefault();
    go(href);
  };
  return <a {...rest} href={href} onClick={follow} />;
}
