// Writes a .br and a .gz variant beside every file of a folder that gets smaller by it. Variants that are up to date stay.
//
//   node scripts/compress.mjs FOLDER
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const COMPRESSIBLE = new Set(['.css', '.html', '.js', '.json', '.svg', '.txt', '.wasm', '.webmanifest', '.xml']);

const VARIANTS = {
  '.br': (bytes) =>
    brotliCompressSync(bytes, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
    }),
  '.gz': (bytes) => gzipSync(bytes, { level: 9 }),
};

function isUpToDate(variant, file) {
  const made = statSync(variant, { throwIfNoEntry: false });
  return made !== undefined && made.mtimeMs > statSync(file).mtimeMs;
}

const [folder] = process.argv.slice(2);
if (!folder) {
  console.error('usage: node scripts/compress.mjs FOLDER');
  process.exit(2);
}
const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && COMPRESSIBLE.has(extname(entry.name)))
  .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
for (const file of files) {
  for (const [ending, compress] of Object.entries(VARIANTS)) {
    if (isUpToDate(file + ending, file)) continue;
    const bytes = readFileSync(file);
    const compressed = compress(bytes);
    if (compressed.length < bytes.length) writeFileSync(file + ending, compressed);
  }
}
