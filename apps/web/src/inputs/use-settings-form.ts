import { useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { useAct } from "../api/use-act.ts";
import { useMay } from "../session/use-may.ts";
import { useFieldErrors } from "./field-errors.ts";

interface SettingsForm<Body> {
  /** What is sent, by what was typed into the fields of each name. */
  bodyOf(typed: (name: string) => string): Body;
  set(body: Body): Promise<unknown>;
  /** Said when it worked. */
  saved: string;
  /** Of what shows these settings. */
  queryKey: string;
}

/** A form of the installation's own settings: why it may not be saved, what the API found wrong, and what saves it. */
export function useSettingsForm<Body>({ bodyOf, set, saved, queryKey }: SettingsForm<Body>) {
  const client = useQueryClient();
  const errors = useFieldErrors();
  const why = useMay()("platform.settings");
  const save = useAct({
    run: set,
    done: () => saved,
    onDone: () => void client.invalidateQueries({ queryKey: [queryKey] }),
    onError: errors.take,
  });
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (why !== null) return;
    errors.clear();
    const form = new FormData(event.currentTarget);
    save.mutate(bodyOf((name) => String(form.get(name) ?? "")));
  };
  return { why, errors, save, submit };
}
