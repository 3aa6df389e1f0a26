import { createServer } from 'node:http';
const greeting = process.env.GREETING ?? 'hello';
createServer((_request, response) => response.end(greeting)).listen(process.env.PORT ?? 8088);
