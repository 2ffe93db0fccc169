import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

const TOP = resolve(import.meta.dirname, '../..');
/** Another build of the server can be tested by naming it. */
const PROGRAM = process.env.MODEL_REGISTRY ?? join(TOP, 'target/release/model-registry');
/** What scores packages, beside the server. */
export const AUTOGRADER = join(dirname(PROGRAM), 'autograder');

/** Somebody who can sign in. */
export interface Account {
  name: string;
  password: string;
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** The release server in a process of its own, on a free port and a data folder of its own. */
export class Registry {
  /** May do everything. */
  readonly admin: Account = { name: 'ada', password: `marker-${randomBytes(12).toString('hex')}` };
  private process?: ChildProcess;

  private constructor(
    private readonly folder: string,
    private readonly port: number,
    /** Where browsers reach it. */
    readonly publicUrl: string,
    private readonly settings: Record<string, string>,
  ) {}

  /** Prepares a registry with an administrator; `settings` are further variables of its configuration. */
  static async create(settings: Record<string, string> = {}, on?: number): Promise<Registry> {
    const port = on ?? (await freePort());
    const folder = await mkdtemp(join(tmpdir(), 'model-registry-e2e-'));
    const registry = new Registry(folder, port, settings.PUBLIC_URL ?? `http://127.0.0.1:${port}`, settings);
    await registry.cli('create-user', registry.admin.name, '--admin', '--password', registry.admin.password);
    return registry;
  }

  /** Where the server itself listens. */
  get address(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** What only the server and its administrator may know. */
  get secrets(): string[] {
    return [this.admin.password, this.folder];
  }

  private get logFile(): string {
    return join(this.folder, 'server.log');
  }

  private get environment(): NodeJS.ProcessEnv {
    return {
      PATH: process.env.PATH,
      HOME: this.folder,
      DATA_DIR: join(this.folder, 'data'),
      LISTEN_ADDR: `127.0.0.1:${this.port}`,
      PUBLIC_URL: this.publicUrl,
      ...this.settings,
    };
  }

  /** Runs a command of the registry's command line on the same data and answers what it printed. */
  async cli(...args: string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(PROGRAM, args, { cwd: TOP, env: this.environment });
    return stdout;
  }

  /** Starts the server, and waits until it answers. */
  async start(): Promise<void> {
    const log = createWriteStream(this.logFile, { flags: 'a' });
    const server = spawn(PROGRAM, ['serve'], { cwd: TOP, env: this.environment, stdio: ['ignore', 'pipe', 'pipe'] });
    server.stdout.pipe(log, { end: false });
    server.stderr.pipe(log, { end: false });
    this.process = server;
    for (;;) {
      if (server.exitCode !== null) throw new Error(`the server ended with ${server.exitCode}:\n${await this.log()}`);
      const answer = await fetch(`${this.address}/health`).catch(() => undefined);
      if (answer?.ok) return;
      await pause(20);
    }
  }

  /** Ends the server's process: `SIGTERM` lets it finish what it is doing, `SIGKILL` does not. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const server = this.process;
    this.process = undefined;
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const ended = new Promise((end) => server.once('exit', end));
    server.kill(signal);
    await ended;
  }

  /** What the server wrote to its log. */
  log(): Promise<string> {
    return readFile(this.logFile, 'utf8').catch(() => '');
  }

  /** Ends the server and removes its data. */
  async dispose(): Promise<void> {
    await this.end('SIGTERM');
    await rm(this.folder, { recursive: true, force: true });
  }
}
