import type { Page } from '@playwright/test';
import { folderOf, smallModel } from '../support/files';
import type { Registry } from '../support/registry';
import { elsewhere, expect, open, signIn, test } from '../support/test';

async function tiny(page: Page, registry: Registry): Promise<void> {
  await registry.cli('import', await folderOf('tiny', smallModel()), '--name', 'ada/tiny', '--version', '1.0.0');
  await signIn(page, registry.admin);
}

async function remove(page: Page, confirmation: string): Promise<void> {
  await page.getByText('Delete …').click();
  await page.getByRole('textbox', { name: 'Full name' }).fill(confirmation);
  await page.getByRole('button', { name: 'Delete the package' }).click();
}

test('a package gets another name, and the old address leads to it', async ({ page, registry }) => {
  await tiny(page, registry);
  await open(page, '/ada/tiny/settings');
  await page.getByRole('region', { name: 'Rename' }).getByRole('textbox', { name: 'Name', exact: true }).fill('small');
  await page.getByRole('button', { name: 'Rename the package' }).click();
  await expect(page).toHaveURL(/\/ada\/small$/);
  await page.goto('/ada/tiny/versions');
  await expect(page).toHaveURL(/\/ada\/small\/versions$/);
});

test('a package is deleted after its name was typed, and comes back from its namespace', async ({ page, registry, tolerate }) => {
  tolerate(/422/, /404/);
  await tiny(page, registry);
  await registry.cli('create-user', 'grace', '--password', 'correct horse');
  await open(page, '/ada/tiny/settings');
  await remove(page, 'tiny');
  await expect(page.getByRole('alert')).toContainText('type its full name: ada/tiny');
  await page.getByRole('textbox', { name: 'Full name' }).fill('ada/tiny');
  await page.getByRole('button', { name: 'Delete the package' }).click();
  await expect(page.getByRole('heading', { name: 'ada/tiny was deleted' })).toBeVisible();

  await open(page, '/');
  await expect(page.getByRole('link', { name: /ada\s*\/\s*tiny/ })).toHaveCount(0);
  const grace = await elsewhere(page, { name: 'grace', password: 'correct horse' });
  await open(grace, '/ada');
  await expect(grace.getByRole('heading', { name: 'No packages here' })).toBeVisible();
  await expect(grace.getByText('Undelete'), 'others are told nothing').toHaveCount(0);

  await open(page, '/ada');
  const deleted = page.getByRole('region', { name: 'Deleted packages' });
  await expect(deleted.getByRole('row', { name: /ada\/tiny/ })).toContainText('ada');
  await deleted.getByRole('button', { name: 'Undelete ada/tiny' }).click();
  await expect(page).toHaveURL(/\/ada\/tiny$/);
  await expect(page.getByRole('heading', { name: 'Usage' }), 'as it was').toBeVisible();
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('it is deleted and brought back all the same', async ({ page, registry, tolerate }) => {
    tolerate(/was preloaded using link preload but not used/, /404/);
    await tiny(page, registry);
    await page.goto('/ada/tiny/settings');
    await remove(page, 'ada/tiny');
    await expect(page.getByRole('heading', { name: 'ada/tiny was deleted' })).toBeVisible();
    await page.goto('/ada');
    await page.getByRole('button', { name: 'Undelete ada/tiny' }).click();
    await expect(page).toHaveURL(/\/ada\/tiny$/);
  });
});
