import { createServer } from 'node:http';
createServer((q, s) => s.end('ok')).listen(8081);
