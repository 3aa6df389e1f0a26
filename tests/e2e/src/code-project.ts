import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** A server for Node without dependencies that answers with this; `changes` to its files, or more of them. */
export async function codeProject(answer: string, changes: Readonly<Record<string, string>> = {}): Promise<string> {
  const serve = `require("node:http").createServer((_, r) => r.end(${JSON.stringify(answer)})).listen(Number(process.env.PORT), process.env.HOST);\n`;
  return codeFolder({ "package.json": '{"name":"code","scripts":{"start":"node server.js"}}', "server.js": serve, ...changes });
}

/** A folder of these files alone. */
export async function codeFolder(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp("/tmp/ap-code-");
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
}
