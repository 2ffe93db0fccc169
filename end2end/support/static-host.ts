import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { extname, join, normalize, resolve } from 'node:path';

const SITE = resolve(import.meta.dirname, '../../target/static-site');
const TYPES: Record<string, string> = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

/**
 * A dumb static host, as S3 with CloudFront is: files as they lie in the folder (the compressed variant where the browser takes
 * it), the shell for every other path, and `/rpc` and `/api` passed on to the registry under the same host name.
 */
export async function hostStaticSite(port: number, registry: string): Promise<Server> {
  const server = createServer((asked, answer) => {
    const path = normalize(decodeURIComponent(new URL(asked.url ?? '/', registry).pathname));
    if (/^\/(rpc|api)\//.test(path)) passOn(asked, answer, registry);
    else sendFile(path, asked, answer);
  });
  await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening));
  return server;
}

function passOn(asked: IncomingMessage, answer: ServerResponse, registry: string): void {
  const onward = request(new URL(asked.url ?? '/', registry), { method: asked.method, headers: asked.headers }, (came) => {
    answer.writeHead(came.statusCode ?? 502, came.headers);
    came.pipe(answer);
  });
  onward.on('error', () => answer.writeHead(502).end());
  asked.pipe(onward);
}

function sendFile(path: string, asked: IncomingMessage, answer: ServerResponse): void {
  const wanted = join(SITE, path);
  const file = existsSync(wanted) && statSync(wanted).isFile() ? wanted : join(SITE, 'index.html');
  const compressed = existsSync(`${file}.br`) && /\bbr\b/.test(String(asked.headers['accept-encoding']));
  answer.writeHead(200, {
    'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
    ...(compressed ? { 'content-encoding': 'br' } : {}),
  });
  createReadStream(compressed ? `${file}.br` : file).pipe(answer);
}
