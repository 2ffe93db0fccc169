import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import { unzipSync, zipSync } from 'fflate';

/** Paths within a package, each with the SHA-256 of its bytes in hexadecimal. */
export type Hashes = Record<string, string>;

/** The folder of a real model (sentence-transformers/all-MiniLM-L6-v2, 91 MB). */
export async function realModel(): Promise<string> {
  const { stdout } = await promisify(execFile)(resolve(import.meta.dirname, '../../scripts/fetch-model.sh'));
  return stdout.trim();
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Hashes one file without holding it in memory. */
export async function hashFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(file)) hash.update(piece);
  return hash.digest('hex');
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

/** Hashes every file below a folder. */
export async function hashFolder(folder: string): Promise<Hashes> {
  const paths = (await filesBelow(folder)).sort();
  return Object.fromEntries(await Promise.all(paths.map(async (path) => [path, await hashFile(join(folder, path))])));
}

/** Hashes every file inside a downloaded zip; there they lie in one folder, named after the package and the revision. */
export async function hashZip(file: string): Promise<Hashes> {
  const entries = Object.entries(unzipSync(await readFile(file)));
  return Object.fromEntries(entries.map(([path, bytes]) => [path.slice(path.indexOf('/') + 1), sha256(bytes)]));
}

/** Writes files into a new temporary folder with the given name. */
export async function folderOf(name: string, files: Record<string, string | Uint8Array>): Promise<string> {
  const folder = join(await mkdtemp(join(tmpdir(), 'model-registry-files-')), name);
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  return folder;
}

/** A safetensors file with one tensor of `floats` random 32-bit numbers. */
export function safetensors(floats: number): Uint8Array {
  const size = floats * 4;
  const header = Buffer.from(JSON.stringify({ weight: { dtype: 'F32', shape: [floats], data_offsets: [0, size] } }));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, randomBytes(size)]);
}

const CARD = `---
license: apache-2.0
language: [en]
pipeline_tag: text-classification
library_name: transformers
tags: [small, example]
---
# Tiny

A tiny classifier that the tests of the registry upload.

## Usage

\`\`\`python
from transformers import pipeline
print(pipeline("text-classification", "ada/tiny")("It works."))
\`\`\`

| language | accuracy |
|---|---|
| en | 0.91 |
`;

/** The files of a small model, with a card, a licence and weights. */
export function smallModel(floats = 1000): Record<string, string | Uint8Array> {
  return {
    'README.md': CARD,
    LICENSE: 'Apache License\nVersion 2.0, January 2004\nhttp://www.apache.org/licenses/\n',
    'config.json': JSON.stringify({ architectures: ['TinyForSequenceClassification'], hidden_size: 8 }, null, 2),
    'model.safetensors': safetensors(floats),
    'tokenizer/vocab.txt': '[PAD]\n[UNK]\nit\nworks\n',
  };
}

/** Writes a zip with the given entries to a temporary file. */
export async function zipOf(name: string, files: Record<string, string | Uint8Array>): Promise<string> {
  const bytes = Object.entries(files).map(([path, content]) => [path, typeof content === 'string' ? Buffer.from(content) : content]);
  const folder = await mkdtemp(join(tmpdir(), 'model-registry-zip-'));
  const file = join(folder, name);
  await writeFile(file, zipSync(Object.fromEntries(bytes)));
  return file;
}

/** Writes a zip of everything below a folder, with the folder itself at its top, as desktop programs do. */
export async function zipFolder(folder: string): Promise<string> {
  const top = folder.split('/').pop() ?? 'package';
  const paths = await filesBelow(folder);
  const files = await Promise.all(paths.map(async (path) => [`${top}/${path}`, await readFile(join(folder, path))] as const));
  return zipOf(`${top}.zip`, Object.fromEntries(files));
}

/** Changes the checksum of a zip's first entry, in its own header and in the directory at the end. */
export async function damageChecksum(file: string): Promise<void> {
  const bytes = await readFile(file);
  const directory = bytes.indexOf('PK\x01\x02');
  for (const at of [14, directory + 16]) bytes[at] = (bytes[at] ?? 0) ^ 0xff;
  await writeFile(file, bytes);
}
