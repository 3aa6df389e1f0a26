/** Code as it is; what is long scrolls, by keyboard too. */
export function CodeBlock({ label, text }: { label: string; text: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section aria-label={label} tabIndex={0} className="max-h-[60vh] overflow-auto rounded-md border bg-surface p-3">
      <pre className="font-mono text-[13px]">{text}</pre>
    </section>
  );
}
