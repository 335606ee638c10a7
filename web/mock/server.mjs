// A server for development and for looking at pages without a database. It answers from an invented
// company, and from the contract where the company has nothing; every answer is checked against the
// contract, and what departs from it is printed.
//
//   node mock/server.mjs [--port 8099] [--web dist] [--empty]
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';

import { answers } from './answers.mjs';
import { findRoute, sample, violations } from './contract.mjs';

function option(name, fallback) {
  const index = process.argv.indexOf(`--${name}`);
  return index < 0 ? fallback : process.argv[index + 1];
}
const port = Number(option('port', '8099'));
const web = option('web', null);
const state = {
  signedIn: true,
  empty: process.argv.includes('--empty'),
  decisions: [],
  role: 'leader',
};

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
};

function serveFile(path, response) {
  const inside = join(web, normalize(path));
  const file = existsSync(inside) && statSync(inside).isFile() ? inside : join(web, 'index.html');
  response.writeHead(200, { 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream' });
  createReadStream(file).pipe(response);
}

function send(response, status, body, type = 'application/json') {
  response.writeHead(status, { 'Content-Type': type });
  response.end(
    body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
  );
}

createServer(async (request, response) => {
  const url = new URL(request.url, 'http://localhost');
  if (!url.pathname.startsWith('/api/v1')) {
    if (web) return serveFile(url.pathname, response);
    return send(response, 404, {
      title: 'No page',
      status: 404,
      code: 'not-found',
      type: '/problems/not-found',
    });
  }
  const path = url.pathname.slice('/api/v1'.length);
  const route = findRoute(request.method, path);
  if (!route) {
    return send(
      response,
      404,
      { type: '/problems/not-found', title: 'No such route', status: 404, code: 'not-found' },
      'application/problem+json',
    );
  }
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  let body = null;
  if (text && /json/.test(request.headers['content-type'] ?? '')) body = JSON.parse(text);
  const make = answers[`${request.method} ${route.template}`];
  const made = make
    ? make({ query: url.searchParams, parameters: route.parameters, body, state })
    : route.schema && /json/.test(route.mediaType)
      ? sample(route.schema)
      : undefined;
  if (made?.problem) {
    const { status, code, title, detail } = made.problem;
    return send(
      response,
      status,
      { type: `/problems/${code}`, title, status, code, detail },
      'application/problem+json',
    );
  }
  if (route.schema && /json/.test(route.mediaType)) {
    const found = violations(route.schema, made);
    if (found.length > 0)
      console.error(`${request.method} ${path}:\n  ${found.slice(0, 5).join('\n  ')}`);
  }
  send(response, route.status, made, route.mediaType ?? 'application/json');
}).listen(port, '127.0.0.1', () => console.log(`http://127.0.0.1:${port}`));
