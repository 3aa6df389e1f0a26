import type { ComponentProps } from "react";

/** A link out of AgentPod, in a tab of its own. What is no web address is text: it may run something, and is nobody's pod. */
export function OutLink({ href, className, children }: Pick<ComponentProps<"a">, "href" | "className" | "children">) {
  if (!["http:", "https:"].includes(URL.parse(href ?? "")?.protocol ?? "")) return <span className={className}>{children}</span>;
  return (
    <a href={href} target="_blank" rel="noreferrer" className={className}>
      {children}
    </a>
  );
}
