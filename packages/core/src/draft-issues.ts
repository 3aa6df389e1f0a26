import type { z } from "zod";
import { AppError, type Issue } from "./errors.ts";
import { nearest } from "./name.ts";

/** Parses an input; throws `invalid` naming every path, what was expected, and the nearest valid key. `at` goes before each path. */
export function parseInput<T extends z.ZodType>(schema: T, input: unknown, at = ""): z.output<T> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw invalidInput(issuesOf(result.error, schema, input, at));
}

/** One error for all that is wrong with an input; its sentence tells the first and counts the rest. */
export function invalidInput(issues: Issue[]): AppError {
  const [first] = issues;
  if (!first) return new AppError("invalid", "The input is not valid.");
  const hint = first.nearest ? `, perhaps ${first.nearest}` : "";
  const rest = issues.length > 1 ? ` (and ${issues.length - 1} more)` : "";
  return new AppError("invalid", `${first.path || "input"}: expected ${first.expected}${hint}${rest}.`, { issues });
}

/** `["units", 0, "env", "a b"]` → `units[0].env["a b"]`. */
export function pathText(path: readonly PropertyKey[], at = ""): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === "number") return `${text}[${key}]`;
    const word = String(key);
    if (!/^[\w-]+$/.test(word)) return `${text}[${JSON.stringify(word)}]`;
    return text === "" ? word : `${text}.${word}`;
  }, at);
}

/** Zod's issues in AgentPod's words. */
export function issuesOf(error: z.ZodError, schema: z.ZodType, input: unknown, at = ""): Issue[] {
  return error.issues.flatMap((issue) => {
    const path = pathText(issue.path, at);
    if (issue.code === "unrecognized_keys") {
      const known = keysAt(schema as Inner, input, issue.path);
      return issue.keys.map((key) =>
        withNearest({ path: pathText([...issue.path, key], at), expected: `one of the keys ${known.join(", ")}` }, key, known),
      );
    }
    const given = valueAt(input, issue.path);
    const options = optionsOf(issue);
    const expected = options ? `one of ${options.join(", ")}` : expectation(issue);
    if (given === undefined && issue.code !== "custom") return [{ path, expected: `${expected}, but it is missing` }];
    return [withNearest({ path, expected }, given, options ?? [])];
  });
}

function withNearest(issue: Issue, given: unknown, valid: readonly string[]): Issue {
  const close = typeof given === "string" ? nearest(given, valid) : undefined;
  return close === undefined ? issue : { ...issue, nearest: close };
}

function optionsOf(issue: z.core.$ZodIssue): string[] | null {
  if (issue.code === "invalid_value") return issue.values.map(String);
  if (issue.code === "invalid_union" && "options" in issue && Array.isArray(issue.options)) return issue.options.map(String);
  return null;
}

const typeWords: Record<string, string> = {
  string: "text",
  int: "a whole number",
  number: "a number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return typeWords[issue.expected] ?? issue.expected;
    case "too_small":
      return atLeast(Number(issue.minimum), issue.origin);
    case "too_big":
      return issue.message.startsWith("Too big") ? atMost(Number(issue.maximum), issue.origin) : issue.message;
    case "invalid_key":
      return issue.issues[0]?.message ?? "a valid key";
    default:
      return issue.message;
  }
}

function atLeast(bound: number, origin: string): string {
  if (origin === "string") return bound === 1 ? "at least 1 character" : `at least ${bound} characters`;
  if (origin === "array") return bound === 1 ? "at least 1 item" : `at least ${bound} items`;
  return `at least ${bound}`;
}

function atMost(bound: number, origin: string): string {
  if (origin === "string") return bound === 1 ? "at most 1 character" : `at most ${bound} characters`;
  if (origin === "array") return bound === 1 ? "at most 1 item" : `at most ${bound} items`;
  return `at most ${bound}`;
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (value !== null && typeof value === "object" ? Reflect.get(value, key) : undefined), input);
}

/** As much of a schema's definition as is needed to find the keys allowed at a path. */
interface Inner {
  def: {
    type: string;
    shape?: Record<string, Inner>;
    element?: Inner;
    valueType?: Inner;
    innerType?: Inner;
    in?: Inner;
    options?: Inner[];
    discriminator?: string;
    values?: unknown[];
  };
}

function keysAt(schema: Inner, input: unknown, path: readonly PropertyKey[]): string[] {
  const at = unwrap(schema, input);
  const [key, ...rest] = path;
  if (key === undefined) return Object.keys(at?.def.shape ?? {});
  const next = at?.def.shape?.[String(key)] ?? at?.def.element ?? at?.def.valueType;
  return next ? keysAt(next, valueAt(input, [key]), rest) : [];
}

function unwrap(schema: Inner, input: unknown): Inner | undefined {
  const { def } = schema;
  const inner = def.innerType ?? def.in;
  if (inner) return unwrap(inner, input);
  if (!def.options) return schema;
  const tag = def.discriminator;
  return def.options.find((option) => tag !== undefined && option.def.shape?.[tag]?.def.values?.includes(valueAt(input, [tag])));
}
