import pg from "pg";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { databaseError } from "../src/database-error.ts";
import { type ScratchDatabase, scratchDatabase } from "../src/testing/scratch-database.ts";

describe("P22 P2 a database that cannot be asked now", () => {
  let scratch: ScratchDatabase;
  beforeAll(async () => {
    scratch = await scratchDatabase(inject("serverUrl"));
  });
  afterAll(() => scratch?.drop());

  it("is told apart: too much at once, or away", async () => {
    const pool = new pg.Pool({ connectionString: scratch.ownerUrl, max: 1, connectionTimeoutMillis: 100 });
    const held = await pool.connect();
    await expect(pool.connect().catch((thrown) => Promise.reject(databaseError(thrown)))).rejects.toMatchObject({
      code: "unavailable",
      message: "Too much is asked of the database at once: try again in a moment.",
    });
    held.release();
    await pool.end();
    const away = new pg.Client({ host: "127.0.0.1", port: 1, user: "nobody", database: "none" });
    await expect(away.connect().catch((thrown) => Promise.reject(databaseError(thrown)))).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("does not answer"),
    });
  });
});
