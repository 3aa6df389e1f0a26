import express from 'express';
import pg from 'pg';
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });
const app = express();
app.get('/healthz', (_req, res) => res.json({ ok: true }));
app.listen(process.env.PORT ?? 3000);
