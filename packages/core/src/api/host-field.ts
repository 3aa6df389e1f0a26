import { z } from "zod";
import { asciiHost } from "../host-name.ts";

/** A full host name in any script, as punycode afterwards; addresses, bare names and wildcards are refused. */
export const hostField = z
  .string()
  .max(1000)
  .refine((text) => asciiHost(text)?.includes(".") ?? false, "a domain such as example.com, without wildcard, port or path")
  .transform((text) => asciiHost(text) ?? text);

/** The same, and `*.example.com`. */
export const routedHostField = z
  .string()
  .max(1000)
  .refine((text) => asciiHost(text, true) !== null, "a host name such as shop.example.com or *.example.com")
  .transform((text) => asciiHost(text, true) ?? text);
