"use client";
import { Tooltip } from "radix-ui";
import type { ReactNode } from "react";

/** A short text beside its child, on hover and on focus. */
export function Hint({ text, children }: { text: string; children: ReactNode }) {
  return (
    <Tooltip.Provider delayDuration={200}>
      <Tooltip.Root>
        <Tooltip.Trigger asChild>{children}</Tooltip.Trigger>
        <Tooltip.Portal>
          <Tooltip.Content
            sideOffset={6}
            collisionPadding={8}
            className="fade z-50 max-w-72 rounded-md bg-solid px-2.5 py-1.5 text-on-solid text-xs"
          >
            {text}
          </Tooltip.Content>
        </Tooltip.Portal>
      </Tooltip.Root>
    </Tooltip.Provider>
  );
}
