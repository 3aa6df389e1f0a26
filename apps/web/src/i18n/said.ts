"use client";
import { createContext, useContext } from "react";

/** Gives a sentence of the API in the page's language. */
export const Said = createContext<(sentence: string) => string>((sentence) => sentence);

/** For whatever the API says: errors, what is expected, conditions, events, advice. What is not known stays English. */
export const useSaid = (): ((sentence: string) => string) => useContext(Said);
