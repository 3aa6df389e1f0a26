import { podHref } from "../../pods/pod-href.ts";
import { Go } from "../../routing/go.tsx";

/** The page of a pod by its full name, `<tenant>/<pod>`; what is no such name is text. */
export function PodLink({ label, tab }: { label: string; tab?: string }) {
  const [tenant, name, ...rest] = label.split("/");
  if (!tenant || !name || rest.length > 0) return <span className="break-all">{label}</span>;
  return (
    <Go
      href={podHref({ tenant, name }, tab)}
      className="break-all rounded underline decoration-line-strong underline-offset-4 hover:decoration-ink"
    >
      {label}
    </Go>
  );
}
