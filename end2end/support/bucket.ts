import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from './registry';

const NAME = 'models';
const ACCESS_KEY = 'test-access-key';
const SECRET_KEY = 'test-secret-key';
/** What the rule in docs/deployment.md allows. */
const METHODS = ['PUT', 'GET', 'HEAD'];

/**
 * A bucket that keeps its CORS rule as S3 does: requests from the allowed origin only, with the allowed methods, and no header of an
 * answer shown to pages but those that need no permission. The store behind it checks signatures, and knows no CORS.
 */
export class Bucket {
  /** What was asked, in order: methods and whether it came from a page. */
  readonly asked: { method: string; fromPage: boolean; status: number }[] = [];

  private constructor(
    private readonly folder: string,
    private readonly store: ChildProcess,
    private readonly front: Server,
    private readonly port: number,
    private readonly origin: string,
  ) {}

  /** Starts one that allows pages of an origin. */
  static async start(origin: string): Promise<Bucket> {
    const folder = await mkdtemp(join(tmpdir(), 'model-registry-bucket-'));
    await mkdir(join(folder, NAME));
    const [behind, port] = [await freePort(), await freePort()];
    const args = ['--host', '127.0.0.1', '--port', `${behind}`, '--access-key', ACCESS_KEY, '--secret-key', SECRET_KEY, folder];
    const store = spawn('s3s-fs', args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const log = createWriteStream(join(folder, 'log'));
    store.stdout.pipe(log, { end: false });
    store.stderr.pipe(log, { end: false });
    const front = createServer((asked, answer) => bucket.answer(asked, answer, behind));
    const bucket = new Bucket(folder, store, front, port, origin);
    await new Promise<void>((listening) => front.listen(port, '127.0.0.1', listening));
    // an answer, even a refusal, says that the store listens
    while (!(await fetch(`http://127.0.0.1:${behind}/`).catch(() => undefined))) {
      if (store.exitCode !== null) throw new Error(`s3s-fs ended with ${store.exitCode}`);
      await pause(20);
    }
    return bucket;
  }

  /** The variables of a registry that keeps its files here. */
  get settings(): Record<string, string> {
    return {
      S3_BUCKET_NAME: NAME,
      S3_ENDPOINT_URL: `http://127.0.0.1:${this.port}`,
      S3_PATH_STYLE: 'true',
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: ACCESS_KEY,
      AWS_SECRET_ACCESS_KEY: SECRET_KEY,
      AWS_EC2_METADATA_DISABLED: 'true',
    };
  }

  /** Ends it and removes what it holds. */
  async dispose(): Promise<void> {
    this.front.closeAllConnections();
    await new Promise((closed) => this.front.close(closed));
    const ended = new Promise((end) => this.store.once('exit', end));
    if (this.store.kill()) await ended;
    await rm(this.folder, { recursive: true, force: true });
  }

  private answer(asked: IncomingMessage, answer: ServerResponse, behind: number): void {
    const { origin } = asked.headers;
    const note = (status: number) => this.asked.push({ method: asked.method ?? '', fromPage: origin !== undefined, status });
    const method = asked.method === 'OPTIONS' ? asked.headers['access-control-request-method'] : asked.method;
    const isAllowed = origin === this.origin && METHODS.includes(method ?? '');
    if (asked.method === 'OPTIONS') {
      note(isAllowed ? 200 : 403);
      const headers = asked.headers['access-control-request-headers'];
      answer.writeHead(isAllowed ? 200 : 403, {
        ...(isAllowed && { 'access-control-allow-origin': this.origin, 'access-control-allow-methods': METHODS.join(', ') }),
        ...(isAllowed && headers && { 'access-control-allow-headers': headers }),
      });
      answer.end();
      return;
    }
    // the signature holds for the host that was asked, which stands in the headers
    const onward = request({ host: '127.0.0.1', port: behind, method: asked.method, path: asked.url, headers: asked.headers }, (came) => {
      note(came.statusCode ?? 502);
      answer.writeHead(came.statusCode ?? 502, {
        ...came.headers,
        ...(isAllowed && { 'access-control-allow-origin': this.origin }),
      });
      came.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    asked.pipe(onward);
  }
}
