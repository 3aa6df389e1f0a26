"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useAct } from "../api/use-act.ts";
import { Button } from "./button.tsx";
import { ConfirmByName } from "./confirm-by-name.tsx";

interface RemoveProps {
  /** To be typed before it is removed. */
  name: string;
  action: string;
  /** Of the button, which does not say what it removes. */
  label: string;
  title: string;
  /** What will be gone. */
  warning: string;
  /** Why it may not be removed. */
  why: string | null;
  run(): Promise<unknown>;
  /** Said when it worked. */
  removed: string;
  /** Of the list that it is in. */
  listKey: string;
}

/** A button that removes one of a list, once its name has been typed. */
export function RemoveByName({ name, action, label, title, warning, why, run, removed, listKey }: RemoveProps) {
  const client = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const remove = useAct({
    run,
    done: () => removed,
    onDone() {
      setAsking(false);
      void client.invalidateQueries({ queryKey: [listKey] });
    },
  });
  return (
    <>
      <Button small why={why} aria-label={label} onClick={() => setAsking(true)}>
        {action}
      </Button>
      <ConfirmByName
        open={isAsking}
        onOpenChange={setAsking}
        title={title}
        warning={warning}
        name={name}
        action={action}
        isBusy={remove.isPending}
        onConfirm={() => remove.mutate()}
      />
    </>
  );
}
