import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { PAGES } from '../support/pages';
import { expect, signIn, readingTest as test } from '../support/test';

const SITE = resolve(import.meta.dirname, '../../target/site');

// The administrator's password and the path of the data folder are what this server knows and nobody else may.
test('no answer to the browser holds a secret of the server', async ({ page, library }) => {
  const answers: Promise<[string, string]>[] = [];
  page.on('response', (answer) => {
    answers.push(answer.text().then((text) => [answer.url(), text], () => [answer.url(), '']));
  });
  await signIn(page, library.admin);
  for (const [name, address] of Object.entries(PAGES)) {
    if (['sign-in', 'not found', 'a search that cannot be'].includes(name)) continue;
    await page.goto(address, { waitUntil: 'networkidle' });
  }
  for (const [url, text] of await Promise.all(answers)) {
    for (const secret of library.secrets) {
      expect(text.includes(secret), `${url} holds a secret`).toBe(false);
    }
  }
});

test('the bundle is the same for every registry: nothing of the server was compiled into it', async ({ library }) => {
  const files = await readdir(SITE, { recursive: true, withFileTypes: true });
  for (const file of files.filter((entry) => entry.isFile())) {
    const bytes = await readFile(join(file.parentPath, file.name));
    for (const word of [...library.secrets, 'argon2', 'sqlx', 'SELECT ', 'DATABASE_URL']) {
      expect(bytes.includes(word), `${file.name} holds “${word}”`).toBe(false);
    }
  }
});
