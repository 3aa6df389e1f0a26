import { isRecord } from "./field-of.ts";

const variable = /\$(?:(\$)|\{([A-Za-z_]\w*)(?:(:?[-?+])([^{}]*))?\}|([A-Za-z_]\w*))/g;

/** Fills the variables of a compose file by their defaults. One without a default goes to `asked`, and stands as its secret. */
export function interpolate(value: unknown, asked: Set<string>, depth = 0): unknown {
  if (typeof value === "string") return fill(value, asked);
  if (depth > 40) return null;
  if (Array.isArray(value)) return value.map((item) => interpolate(item, asked, depth + 1));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, interpolate(inner, asked, depth + 1)]));
}

/** `{{ secrets.NAME }}` of PodSpec. */
export const secretOf = (name: string): string => `{{ secrets.${name} }}`;

function fill(text: string, asked: Set<string>): string {
  return text.replaceAll(variable, (_whole, dollar?: string, braced?: string, sign?: string, rest?: string, plain?: string) => {
    if (dollar !== undefined) return "$";
    const name = braced ?? plain ?? "";
    if (sign?.endsWith("-")) return rest ?? "";
    if (sign?.endsWith("+")) return "";
    asked.add(name);
    return secretOf(name);
  });
}
