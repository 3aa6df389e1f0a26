"use client";
import { useQuery } from "@tanstack/react-query";
import { queries } from "../../api/queries.ts";
import { Asked } from "../../ui/asked.tsx";
import { AccessForm } from "./access-form.tsx";

/** Who may come in without an invitation. */
export function Access() {
  const query = useQuery(queries.accessSettings());
  return <Asked query={query}>{(settings) => <AccessForm key={JSON.stringify(settings)} settings={settings} />}</Asked>;
}
