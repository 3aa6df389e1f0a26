import { setTimeout as sleep } from "node:timers/promises";
import { Pool } from "pg";

const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 10, connectionTimeoutMillis: 5000 });
// A connection that breaks while idle is replaced by the next query.
pool.on("error", (error) => console.error(`database: ${error.message}`));

/** Makes the table; waits as long as the database takes to answer. */
export async function prepare() {
  for (let pause = 100; ; pause = Math.min(pause * 2, 5000)) {
    try {
      return await pool.query(
        "create table if not exists items (id bigserial primary key, text text not null, made timestamptz not null default now())",
      );
    } catch (error) {
      console.error(`database: ${error.message}; again in ${pause} ms`);
      await sleep(pause);
    }
  }
}

export async function addItem(text) {
  const { rows } = await pool.query("insert into items (text) values ($1) returning id, text, made", [text]);
  return rows[0];
}

/** The newest hundred. */
export async function listItems() {
  return (await pool.query("select id, text, made from items order by id desc limit 100")).rows;
}
