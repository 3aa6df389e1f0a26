import { CopyButton } from "../../ui/copy-button.tsx";

/** A record as a DNS service's form asks for it: type, name, value. */
export function DnsRecord({ type, name, value }: { type: string; name: string; value: string }) {
  return (
    <div className="grid min-w-0 grid-cols-[3.5rem_minmax(0,1fr)] items-center gap-x-3 rounded-md border bg-surface py-1 pr-1 pl-3 font-mono text-[13px] sm:grid-cols-[3.5rem_minmax(0,1fr)_minmax(0,1.4fr)]">
      <span className="text-soft">{type}</span>
      <span className="flex min-w-0 items-center justify-between gap-1">
        <span className="break-all">{name}</span>
        <CopyButton text={name} />
      </span>
      <span className="col-start-2 flex min-w-0 items-center justify-between gap-1 sm:col-start-auto">
        <span className="break-all">{value}</span>
        <CopyButton text={value} />
      </span>
    </div>
  );
}
