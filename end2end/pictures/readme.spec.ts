import { resolve } from 'node:path';
import type { Page } from '@playwright/test';
import { folderOf, realModel, smallModel } from '../support/files';
import { expect, signIn, test } from '../support/test';
import { UploadPage } from '../support/upload-page';

const IMAGES = resolve(import.meta.dirname, '../../docs/images');

test.use({ viewport: { width: 1280, height: 860 } });

async function picture(page: Page, name: string): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.screenshot({ path: `${IMAGES}/${name}.png`, animations: 'disabled' });
}

test('the pictures of the README', async ({ page, registry }) => {
  const folder = await realModel();
  for (const [name, floats] of [['sentiment-tiny', 4_000], ['intent-small', 900_000], ['langid', 60_000]] as const) {
    await registry.cli('import', await folderOf(name, smallModel(floats)), '--name', `ada/${name}`, '--version', '1.0.0');
  }
  await signIn(page, registry.admin);

  const upload = new UploadPage(page);
  await upload.open();
  await upload.chooseFolder(folder);
  await upload.fill({ name: 'all-MiniLM-L6-v2', version: '1.0.0', message: 'From sentence-transformers' });
  await picture(page, 'upload');
  await upload.send();
  await upload.arrived('/ada/all-MiniLM-L6-v2');

  await page.goto('/ada/all-MiniLM-L6-v2/scores');
  await expect(page.getByRole('main')).toContainText('22.7 M', { timeout: 30_000 });
  await picture(page, 'scores');
  await page.goto('/ada/all-MiniLM-L6-v2/tree/main');
  await picture(page, 'files');
  await page.goto('/');
  await picture(page, 'search');
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.goto('/ada/all-MiniLM-L6-v2');
  await picture(page, 'overview-dark');
});
