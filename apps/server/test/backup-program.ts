// Run by itself by backups.test.ts: makes a backup, or restores one, and prints the most memory it ever held, in kB.
import { verifyBackup } from "@agentpod/backup/verify-backup";
import { keyOf } from "@agentpod/db/master-key";
import { homeAt } from "@agentpod/host/home";
import { saveBackup } from "@agentpod/host/save-backup";
import { makeBackup } from "../src/backup/make-backup.ts";
import { restoreBackup } from "../src/backup/restore-backup.ts";

const [what, ownerUrl = "", key = "", root = "", file = ""] = process.argv.slice(2);
const current = keyOf(Buffer.from(key, "hex"));
const home = homeAt(root);
const clock = () => new Date();

if (what === "make") {
  const place = { ownerUrl, masterKey: { current, older: [] }, home, clock };
  const { content } = await makeBackup(place, { trigger: "request", wrapping: null });
  await saveBackup(file, content);
  await verifyBackup(file, () => current.key);
} else {
  const given = { passphrase: null, keys: [current] };
  await restoreBackup({
    file,
    home,
    ownerUrl,
    given,
    environment: [],
    replace: false,
    clock,
    say: () => undefined,
    crash: () => undefined,
  });
}
console.log(JSON.stringify({ maxRss: process.resourceUsage().maxRSS }));
