import type { OutputUnit } from "@cfworker/json-schema";
import { pathText } from "../../draft-issues.ts";
import type { Issue } from "../../errors.ts";
import { nearest } from "../../name.ts";

/** Keywords that only say that something below them is wrong. */
const carriers = ["properties", "additionalProperties", "propertyNames", "items", "anyOf", "oneOf", "allOf", "$ref", "if", "then"];

interface Found extends Issue {
  options: string[];
}

/** A JSON Schema validator's errors in AgentPod's words: what lies deepest is what is meant, one for each path. */
export function configIssues(errors: readonly OutputUnit[], schema: object, at: string): Issue[] {
  const found = errors.flatMap((error, i) => issueOf(error, errors[i - 1], schema, at));
  const deepest = found.filter(
    (one) => !found.some((other) => other.path.startsWith(`${one.path}.`) || other.path.startsWith(`${one.path}[`)),
  );
  const paths = [...new Set(deepest.map((one) => one.path))];
  return paths.map((path) => merged(deepest.filter((one) => one.path === path)));
}

/** Branches of a union that each take one value are told together. */
function merged(found: readonly Found[]): Issue {
  const [first] = found;
  const options = [...new Set(found.flatMap((one) => one.options))];
  const { path = "", expected = "", nearest: close } = first ?? {};
  return { path, expected: options.length > 0 ? `one of ${options.join(", ")}` : expected, ...(close && { nearest: close }) };
}

function issueOf(error: OutputUnit, before: OutputUnit | undefined, schema: object, at: string): Found[] {
  const way = partsOf(error.instanceLocation);
  const path = pathText(way, at);
  if (error.keyword === "false") return [unknownKey(way, before, schema, path)];
  if (carriers.includes(error.keyword)) return [];
  if (error.keyword === "required") {
    const key = /required property "([^"]*)"/.exec(error.error)?.[1] ?? "";
    return [{ path: pathText([...way, key], at), expected: "a value, but it is missing", options: [] }];
  }
  return [{ path, ...expectation(error.keyword, valueAt(schema, partsOf(error.keywordLocation))) }];
}

function unknownKey(way: readonly (string | number)[], before: OutputUnit | undefined, schema: object, path: string): Found {
  const parent = valueAt(schema, partsOf(before?.keywordLocation ?? "#").slice(0, -1));
  const known = Object.keys((parent as { properties?: object } | undefined)?.properties ?? {});
  const close = nearest(String(way.at(-1)), known);
  return { path, expected: `one of the keys ${known.join(", ")}`, options: [], ...(close && { nearest: close }) };
}

const words: Record<string, string> = {
  string: "text",
  integer: "a whole number",
  number: "a number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
};

function expectation(keyword: string, value: unknown): { expected: string; options: string[] } {
  switch (keyword) {
    case "type":
      return { expected: words[String([value].flat()[0])] ?? "another kind of value", options: [] };
    case "enum":
      return { expected: "", options: (value as unknown[]).map(String) };
    case "const":
      return { expected: "", options: [String(value)] };
    case "minimum":
      return { expected: `at least ${value}`, options: [] };
    case "exclusiveMinimum":
      return { expected: `more than ${value}`, options: [] };
    case "maximum":
      return { expected: `at most ${value}`, options: [] };
    case "minLength":
      return { expected: `at least ${value} characters`, options: [] };
    case "maxLength":
      return { expected: `at most ${value} characters`, options: [] };
    case "minItems":
      return { expected: `at least ${value} items`, options: [] };
    case "maxItems":
      return { expected: `at most ${value} items`, options: [] };
    case "pattern":
      return { expected: `text that matches ${value}`, options: [] };
    case "format":
      return { expected: value === "uri" ? "a whole address such as https://example.com" : `text of the form ${value}`, options: [] };
    default:
      return { expected: "what the agent's version takes here", options: [] };
  }
}

/** `#/a/0/b~1c` → `["a", 0, "b/c"]` */
function partsOf(pointer: string): (string | number)[] {
  return pointer
    .split("/")
    .slice(1)
    .map((part) => decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~"))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

function valueAt(value: unknown, way: readonly (string | number)[]): unknown {
  return way.reduce<unknown>((inner, key) => (inner !== null && typeof inner === "object" ? Reflect.get(inner, key) : undefined), value);
}
