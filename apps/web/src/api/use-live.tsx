"use client";
import { useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { type LiveState, startLive } from "./live.ts";

const Live = createContext<LiveState>("connecting");

/** Whether what is shown is kept up to date. */
export const useLive = (): LiveState => useContext(Live);

export function LiveProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [state, setState] = useState<LiveState>("connecting");
  useEffect(() => startLive(client, setState), [client]);
  return <Live value={state}>{children}</Live>;
}
