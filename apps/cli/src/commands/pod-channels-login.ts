import { rename, writeFile } from "node:fs/promises";
import type { ChannelLoginView } from "@agentpod/core/api/channel-login-view";
import { AppError } from "@agentpod/core/errors";
import type { Cli } from "../cli.ts";
import { parsePodName } from "../pod-name.ts";
import { qrText } from "../qr-text.ts";

export interface Options {
  account?: string;
  force?: boolean;
  png?: string;
}

/** Shows each code until a phone has read one. Throws `unavailable`, with why, where the login ends without that. */
export async function run(cli: Cli, [name = "", channel = ""]: string[], { account, force, png }: Options): Promise<void> {
  const { tenant, pod } = parsePodName(name);
  if (force) await cli.confirm(`The account that ${channel} of ${name} is linked to is let go at once.`);
  const { login, awaitLogin } = (await cli.client()).agents.channels;
  const whose = account === undefined ? {} : { account };
  let view = await login(tenant, pod, channel, { ...whose, ...(force && { force }) }, cli.signal);
  let shown: { qr?: string } = {};
  while (view.state === "code" || view.state === "waiting") {
    if (view.qr !== null) {
      shown = { qr: view.qr };
      if (png !== undefined) await savePng(png, view.qr);
      cli.out.line(view, codeText(view, png));
      cli.out.progress("Waiting for the phone; a code that has expired is replaced by itself …");
    }
    view = await awaitLogin(tenant, pod, channel, { ...whose, ...shown }, cli.signal);
  }
  if (view.state === "over") throw new AppError("unavailable", view.message);
  cli.out.line(view, `${view.message}.`);
}

function codeText({ qr, message }: ChannelLoginView, png: string | undefined): string {
  const text = qrText(qr ?? "", process.stdout.isTTY === true);
  if (text === null && png === undefined)
    throw new AppError("unavailable", "the code cannot be drawn as text; say --png <file> to have it as a picture");
  const how = `${message[0]?.toUpperCase()}${message.slice(1)}${png === undefined ? "" : `, which is in ${png} too`}.`;
  return text === null ? how : `${text}\n${how}`;
}

/** At once or not at all, for a viewer may look at it all the time; nobody else may, for the code is as good as a password. */
async function savePng(file: string, qr: string): Promise<void> {
  const draft = `${file}.${process.pid}.part`;
  try {
    await writeFile(draft, Buffer.from(qr.slice(qr.indexOf(",") + 1), "base64"), { mode: 0o600 });
    await rename(draft, file);
  } catch (cause) {
    throw new AppError("invalid", `the code could not be written to ${file}`, { cause });
  }
}
