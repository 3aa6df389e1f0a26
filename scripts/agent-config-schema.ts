// What a version of the agent's gateway says of its configuration, as it is kept in packages/core/src/products/agents:
// `openclaw config schema | node scripts/agent-config-schema.ts > packages/core/src/products/agents/<version>.schema.json`
import { json } from "node:stream/consumers";

/** Read by people and forms; what is checked does not depend on them. */
const spoken = new Set(["$schema", "title", "description", "default", "examples", "tags"]);
/** Below these, keys are names of the configuration and no words of JSON Schema. */
const naming = new Set(["properties", "patternProperties", "$defs"]);

process.stdout.write(`${JSON.stringify(bare(await json(process.stdin), "#", "#"))}\n`);

/** The schema without what is only said, and with references from the document's root: a plugin's own begin at its part of the document. */
function bare(schema: unknown, at: string, root: string): unknown {
  if (Array.isArray(schema)) return schema.map((item, i) => bare(item, `${at}/${i}`, root));
  if (schema === null || typeof schema !== "object") return schema;
  const nearest = "$defs" in schema ? at : root;
  const kept = Object.entries({ ...schema, ...askedOf(schema) }).filter(([key]) => !spoken.has(key));
  return Object.fromEntries(kept.map(([key, value]) => [key, part(key, value, `${at}/${key}`, nearest)]));
}

/** What has a default need not be given: the printed schema is that of a configuration once its defaults are in. */
function askedOf(schema: { required?: unknown; properties?: unknown }): { required?: string[] } {
  if (!Array.isArray(schema.required)) return {};
  const properties = (schema.properties ?? {}) as Record<string, unknown>;
  return { required: schema.required.filter((name: string) => !hasDefault(properties[name])) };
}

function hasDefault(schema: unknown): boolean {
  return schema !== null && typeof schema === "object" && "default" in schema;
}

function part(key: string, value: unknown, at: string, root: string): unknown {
  if (key === "$ref" && typeof value === "string") return value.replace(/^#/, root);
  if (key === "enum" || key === "const") return value;
  if (!naming.has(key) || value === null || typeof value !== "object") return bare(value, at, root);
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, bare(inner, `${at}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`, root)]),
  );
}
