"use client";
import { DropdownMenu } from "radix-ui";
import type { ReactNode } from "react";

interface MenuItem {
  label: string;
  /** Why it may not be chosen. */
  why?: string | null;
  onSelect(): void;
}

/** A list of things to do, below its trigger. */
export function Menu({ trigger, items }: { trigger: ReactNode; items: MenuItem[] }) {
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={4}
          collisionPadding={8}
          className="fade z-50 min-w-44 max-w-80 rounded-lg bg-raised p-1 shadow-float"
        >
          {items.map(({ label, why, onSelect }) => (
            <DropdownMenu.Item
              key={label}
              disabled={typeof why === "string"}
              onSelect={onSelect}
              className="flex cursor-default flex-col rounded-md px-2.5 py-1.5 text-sm outline-none data-[highlighted]:bg-hover"
            >
              <span className={typeof why === "string" ? "text-soft" : ""}>{label}</span>
              {why && <span className="text-soft text-xs">{why}</span>}
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
