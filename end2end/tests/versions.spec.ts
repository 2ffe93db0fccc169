import type { Page } from '@playwright/test';
import { folderOf, smallModel } from '../support/files';
import type { Registry } from '../support/registry';
import { expect, open, signIn, test } from '../support/test';

async function tiny(page: Page, registry: Registry): Promise<void> {
  await registry.cli('import', await folderOf('tiny', smallModel()), '--name', 'ada/tiny', '--version', '1.0.0');
  await registry.cli('import', await folderOf('tiny', smallModel(2000)), '--name', 'ada/tiny');
  await signIn(page, registry.admin);
}

const versions = (page: Page) => page.getByRole('region', { name: 'Versions', exact: true });
const branches = (page: Page) => page.getByRole('region', { name: 'Branches', exact: true });

test('a revision that is there gets a version, once', async ({ page, registry, tolerate }) => {
  tolerate(/409/);
  await tiny(page, registry);
  await open(page, '/ada/tiny/versions');
  await versions(page).getByText('New version').click();
  await expect(versions(page).getByRole('textbox', { name: 'Version' }), 'the next one is suggested').toHaveValue('1.0.1');
  await versions(page).getByRole('textbox', { name: 'Version' }).fill('2.0.0');
  await page.getByRole('button', { name: 'Create the version' }).click();
  await expect(versions(page).getByRole('row', { name: /2\.0\.0/ })).toBeVisible();
  const history = page.getByRole('region', { name: 'History' }).getByRole('listitem');
  await expect(history.filter({ hasText: '2.0.0' }).first(), 'the history shows it').toBeVisible();

  // on a page that is not being shown anew meanwhile, which closes the form
  await open(page, '/ada/tiny/versions');
  await versions(page).getByText('New version').click();
  await versions(page).getByRole('textbox', { name: 'Version' }).fill('1.0.0');
  await page.getByRole('button', { name: 'Create the version' }).click();
  await expect(versions(page).getByRole('alert')).toContainText('versions never move');
});

test('a branch is made and deleted, and its revisions stay', async ({ page, registry }) => {
  await tiny(page, registry);
  await open(page, '/ada/tiny/versions');
  await expect(branches(page).getByText('Delete a branch'), 'main stays').toHaveCount(0);
  await branches(page).getByText('New branch').click();
  await branches(page).getByRole('textbox', { name: 'Name' }).fill('fix');
  await branches(page).getByRole('combobox', { name: 'From' }).fill('1.0.0');
  await page.getByRole('button', { name: 'Create the branch' }).click();
  await expect(branches(page).getByRole('row', { name: /fix/ })).toBeVisible();

  await branches(page).getByText('Delete a branch').click();
  await page.getByRole('button', { name: 'Delete the branch' }).click();
  await expect(branches(page).getByRole('row', { name: /fix/ })).toHaveCount(0);
  await expect(page.getByRole('region', { name: 'History' })).toContainText('1.0.0');
});

test('two versions are compared file by file and line by line', async ({ page, registry }) => {
  const card = String(smallModel()['README.md']).replace('It works', 'It still works');
  await registry.cli('import', await folderOf('tiny', smallModel()), '--name', 'ada/tiny', '--version', '1.0.0');
  await registry.cli('import', await folderOf('tiny', { ...smallModel(2000), 'README.md': card, 'NEWS.md': '# News\n' }), '--name', 'ada/tiny', '--version', '1.1.0');
  await signIn(page, registry.admin);
  await open(page, '/ada/tiny/versions');
  await page.getByRole('link', { name: /Compare .* with its parent/ }).click();
  const files = page.getByRole('region', { name: 'Files that differ' });
  await expect(files.getByRole('row', { name: /NEWS\.md added/ })).toBeVisible();
  await expect(files.getByRole('row', { name: /model\.safetensors changed/ })).toBeVisible();
  await files.getByRole('link', { name: 'model.safetensors' }).click();
  await expect(page.getByRole('region', { name: 'Tensors that differ' })).toContainText('[2000]');
  await page.getByRole('link', { name: 'All files' }).click();
  await files.getByRole('link', { name: 'README.md' }).click();
  await expect(page.getByRole('region', { name: 'Lines that differ' })).toContainText('It still works');

  await page.getByLabel('Before').fill('1.1.0');
  await page.getByLabel('After').fill('1.1.0');
  await page.getByRole('button', { name: 'Compare' }).click();
  await expect(page.getByText('No files differ')).toBeVisible();
});

test('a component is downloaded alone', async ({ page, registry }) => {
  await tiny(page, registry);
  await open(page, '/ada/tiny');
  const parts = page.getByRole('list', { name: 'Only a part, as zip' });
  await expect(parts.getByRole('listitem').filter({ hasText: 'Weights' })).toContainText('kB');
  const link = parts.getByRole('link', { name: /Configuration/ });
  const [archive] = await Promise.all([page.waitForEvent('download'), link.click()]);
  expect(archive.suggestedFilename()).toBe('tiny-main-configuration.zip');
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('a version is made all the same', async ({ page, registry, tolerate }) => {
    tolerate(/was preloaded using link preload but not used/);
    await tiny(page, registry);
    await page.goto('/ada/tiny/versions');
    await versions(page).getByText('New version').click();
    await page.getByRole('button', { name: 'Create the version' }).click();
    await expect(versions(page).getByRole('row', { name: /1\.0\.1/ })).toBeVisible();
  });
});
