import express from "express";
import pg from "pg";

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });
await pool.query("create table if not exists items (id serial primary key, name text not null)");

const app = express();
// Whatever kind of content it is said to be.
app.use(express.json({ type: "*/*" }));
app.get("/healthz", async (_request, response) => {
  await pool.query("select 1");
  response.send("well");
});
app.get("/", (_request, response) => response.redirect("/items"));
app.get("/items", async (_request, response) => {
  const { rows } = await pool.query("select id, name from items order by id");
  response.json(rows);
});
app.post("/items", async (request, response) => {
  const { rows } = await pool.query("insert into items (name) values ($1) returning id, name", [String(request.body?.name ?? "")]);
  response.status(201).json(rows[0]);
});

const server = app.listen(Number(process.env.PORT ?? 3000), () => console.log("ready"));
process.on("SIGTERM", () => server.close(() => process.exit(0)));
