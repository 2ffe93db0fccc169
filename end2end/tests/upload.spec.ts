import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashFile, hashFolder, hashZip, realModel } from '../support/files';
import { expect, signIn, test } from '../support/test';
import { UploadPage } from '../support/upload-page';

test('a real model goes in through the browser, is scored, and comes out bit for bit', async ({ page, registry }) => {
  const folder = await realModel();
  const original = await hashFolder(folder);
  await signIn(page, registry.admin);

  const upload = new UploadPage(page);
  await upload.upload(folder, { name: 'minilm', version: '1.0.0', message: 'The first one' });
  await upload.arrived('/ada/minilm');

  await page.goto('/ada/minilm/scores');
  await expect(page.getByRole('main')).toContainText('Apache-2.0', { timeout: 30_000 });
  await expect(page.getByRole('main')).toContainText('22.7 M');

  await page.goto('/ada/minilm/tree/main');
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: /Download\s+model\.safetensors/ }).click(),
  ]);
  expect(await hashFile(await file.path())).toBe(original['model.safetensors']);

  await page.goto('/ada/minilm');
  const [archive] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download all as zip' }).click()]);
  expect(await hashZip(await archive.path())).toEqual(original);

  const copy = join(await mkdtemp(join(tmpdir(), 'model-registry-export-')), 'copy');
  await registry.cli('export', 'ada/minilm@1.0.0', copy);
  expect(await hashFolder(copy), 'the command line gives the same').toEqual(original);
});
