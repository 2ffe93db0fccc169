import { chmod, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { folderOf, smallModel } from '../support/files';
import { AUTOGRADER, Registry } from '../support/registry';
import { expect, open, signIn, test as base } from '../support/test';

interface Gate {
  /** The autograder behind the gate. */
  program: string;
  /** Lets it through. */
  open: () => Promise<void>;
}

/** Scoring waits until a test lets it through. */
const test = base.extend<{ gate: Gate }>({
  gate: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'model-registry-autograder-'));
    const program = join(folder, 'autograder');
    const go = join(folder, 'go');
    await writeFile(program, `#!/bin/sh\necho "held back" >&2\nuntil [ -e ${go} ]; do sleep 0.1; done\nexec ${AUTOGRADER} "$@"\n`);
    await chmod(program, 0o755);
    await use({ program, open: () => writeFile(go, '') });
  },
  registry: async ({ gate }, use) => {
    const registry = await Registry.create({ AUTOGRADER: gate.program });
    await registry.cli('import', await folderOf('tiny', smallModel()), '--name', 'ada/tiny', '--version', '1.0.0');
    await registry.start();
    await use(registry);
    await registry.dispose();
  },
});

test('a job is followed live, from its log to the scores, without a reload', async ({ page, registry, gate }) => {
  await signIn(page, registry.admin);
  await open(page, '/ada/tiny/scores');
  await page.evaluate(() => (document.body.dataset.loaded = 'once'));
  const job = page.getByRole('article', { name: /^Job/ });
  await expect(job).toContainText('Running');
  await expect(job).toContainText('Attempt 1 of 3');
  await expect(job).toContainText('held back');

  await gate.open();
  await expect(job).toContainText('Succeeded');
  await expect(page.getByRole('main')).toContainText('Apache-2.0');
  await expect(page.getByRole('img', { name: /^Net score 0\.\d\d of 1/ })).toBeVisible();
  expect(await page.evaluate(() => document.body.dataset.loaded)).toBe('once');
});

test('a running job can be cancelled, and its revision scored again', async ({ page, registry, gate }) => {
  await signIn(page, registry.admin);
  await open(page, '/ada/tiny/scores');
  const job = page.getByRole('article', { name: /^Job/ });
  await expect(job).toContainText('Running');
  await job.getByText('Cancel', { exact: true }).click();
  await job.getByRole('button', { name: 'Cancel the job' }).click();
  await expect(job).toContainText('Cancelled');

  await gate.open();
  await page.getByRole('button', { name: 'Score again' }).click();
  await expect(job).toContainText('Succeeded');
  await expect(page.getByRole('main')).toContainText('Apache-2.0');
});
