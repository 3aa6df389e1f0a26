"use client";
import { type ReactNode, useState } from "react";
import { cx } from "./cx.ts";

interface DropZoneProps {
  /** To be read while the drop is handled: they are gone afterwards. */
  onDrop(items: DataTransferItemList): void;
  className: string;
  /** With a button that asks for the same, for whoever cannot drop. */
  children: ReactNode;
}

/** A place to drop files on; it shows when they are above it. */
export function DropZone({ onDrop, className, children }: DropZoneProps) {
  const [isOver, setOver] = useState(false);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: whoever cannot drop presses the button in it
    <div
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        onDrop(event.dataTransfer.items);
      }}
      className={cx(
        "flex flex-col items-center gap-3 rounded-xl border border-dashed px-4 text-center transition-colors",
        isOver ? "border-ink bg-hover" : "border-line-strong",
        className,
      )}
    >
      {children}
    </div>
  );
}
