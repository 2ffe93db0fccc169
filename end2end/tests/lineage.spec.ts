import type { Page } from '@playwright/test';
import { folderOf, smallModel } from '../support/files';
import type { Registry } from '../support/registry';
import { expect, open, signIn, test } from '../support/test';

/** `ada/tuned` is made from `ada/tiny`, and learnt from data elsewhere. */
async function tuned(page: Page, registry: Registry): Promise<void> {
  const card = '---\nbase_model: ada/tiny\ndatasets: [squad]\n---\n# Tuned\n';
  await registry.cli('import', await folderOf('tiny', smallModel()), '--name', 'ada/tiny');
  await registry.cli('import', await folderOf('tuned', { ...smallModel(500), 'README.md': card }), '--name', 'ada/tuned');
  await signIn(page, registry.admin);
}

test('the graph is walked with the keyboard, and the table says the same', async ({ page, registry }) => {
  await tuned(page, registry);
  await open(page, '/ada/tuned/lineage');
  const graph = page.getByRole('region', { name: 'Graph of the lineage' });
  await expect(graph.getByRole('img', { name: 'squad, not here' })).toBeVisible();
  await graph.focus();
  await page.keyboard.press('Tab');
  await expect(graph.getByRole('link', { name: 'ada/tuned' })).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/ada\/tiny$/);

  await open(page, '/ada/tiny/lineage');
  await expect(page.getByRole('row', { name: /ada\/tuned.*fine-tuned from.*ada\/tiny/ })).toBeVisible();
});

test('what a package is made from is added and taken back', async ({ page, registry, tolerate }) => {
  tolerate(/422/);
  await tuned(page, registry);
  await open(page, '/ada/tuned/lineage');
  await page.evaluate(() => (document.body.dataset.loaded = 'once'));
  await page.getByRole('combobox', { name: 'It is' }).selectOption('uses code of');
  await page.getByRole('textbox', { name: 'Package', exact: true }).fill('../train');
  await page.getByRole('button', { name: 'Add' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Package', exact: true }), 'what was refused stays to be mended').toHaveValue('../train');
  await page.getByRole('textbox', { name: 'Package', exact: true }).fill('ada/train');
  await page.getByRole('button', { name: 'Add' }).click();
  const row = page.getByRole('row', { name: /ada\/tuned.*uses code of.*ada\/train/ });
  await expect(row).toContainText('somebody');

  await row.getByText('Remove').first().click();
  await row.getByRole('button', { name: 'Remove it' }).click();
  await expect(row).toHaveCount(0);
  expect(await page.evaluate(() => document.body.dataset.loaded)).toBe('once');
});

test('only the weights are downloaded', async ({ page, registry }) => {
  await tuned(page, registry);
  await open(page, '/ada/tiny');
  const link = page.getByRole('link', { name: 'Weights' });
  const [archive] = await Promise.all([page.waitForEvent('download'), link.click()]);
  expect(archive.suggestedFilename()).toBe('tiny-main-weights.zip');
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('it is added all the same', async ({ page, registry, tolerate }) => {
    tolerate(/was preloaded using link preload but not used/);
    await tuned(page, registry);
    await page.goto('/ada/tuned/lineage');
    await page.getByRole('textbox', { name: 'Package', exact: true }).fill('ada/train');
    await page.getByRole('button', { name: 'Add' }).click();
    await expect(page.getByRole('row', { name: /ada\/tuned.*derived from.*ada\/train/ })).toBeVisible();
  });
});
