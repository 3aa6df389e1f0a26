import { CopyButton } from "./copy-button.tsx";

/** Text for a terminal or a form elsewhere, with a button that copies it. */
export function Command({ text }: { text: string }) {
  return (
    <div className="flex min-w-0 items-center gap-2 rounded-md border bg-surface py-1 pr-1 pl-3 text-left">
      <code className="min-w-0 flex-1 break-words py-1 font-mono text-[13px]">{text}</code>
      <CopyButton text={text} />
    </div>
  );
}
