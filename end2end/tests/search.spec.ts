import type { Page } from '@playwright/test';
import { folderOf, smallModel } from '../support/files';
import type { Registry } from '../support/registry';
import { elsewhere, expect, open, signIn, test } from '../support/test';

async function library(page: Page, registry: Registry): Promise<void> {
  const card = '---\nlicense: mit\npipeline_tag: fill-mask\ntags: [nlp]\n---\n# Bert\n\nFills gaps.\n';
  await registry.cli('import', await folderOf('tiny', smallModel()), '--name', 'ada/tiny');
  await registry.cli('import', await folderOf('bert', { 'README.md': card }), '--name', 'ada/bert');
  await registry.cli('import', await folderOf('squad', { 'README.md': card }), '--name', 'team/squad', '--kind', 'dataset');
  await signIn(page, registry.admin);
}

/** The names of the packages that are shown. */
async function shows(page: Page, ...names: string[]): Promise<void> {
  const found = page.getByRole('region', { name: 'Packages found' });
  await expect(async () => {
    const links = await found.getByRole('heading').getByRole('link').allInnerTexts();
    expect(links.map((link) => link.replace(/\s/g, '')).sort()).toEqual([...names].sort());
  }).toPass({ timeout: 20_000 });
}

test('filters are set, seen, shared and taken away', async ({ page, registry }) => {
  await library(page, registry);
  await open(page, '/');
  await shows(page, 'ada/tiny', 'ada/bert', 'team/squad');
  await page.getByText('Filters', { exact: true }).click();
  await page.getByRole('textbox', { name: 'Licence', exact: true }).fill('mit');
  await page.getByLabel('Size at most').selectOption('10 MB');
  await page.getByRole('button', { name: 'Apply' }).click();
  await expect(page).toHaveURL(/license=mit&max_size=10000000/);
  await shows(page, 'ada/bert', 'team/squad');

  // whoever gets the address sees the same
  const other = await elsewhere(page, registry.admin);
  await open(other, page.url());
  await shows(other, 'ada/bert', 'team/squad');
  await expect(other.getByRole('textbox', { name: 'Licence', exact: true })).toHaveValue('mit');
  await expect(other.getByLabel('Size at most')).toHaveValue('10000000');

  const chips = page.getByRole('list', { name: 'Filters that are set' });
  await expect(chips.getByRole('listitem')).toHaveCount(2);
  await chips.getByRole('link', { name: /Licence: mit/ }).click();
  await shows(page, 'ada/tiny', 'ada/bert', 'team/squad');
  await expect(chips.getByRole('listitem')).toHaveCount(1);
  await expect(page.getByRole('textbox', { name: 'Licence', exact: true })).toHaveValue('');
});

test('facets narrow a search down, and widen it again', async ({ page, registry }) => {
  await library(page, registry);
  await open(page, '/');
  const facets = page.getByRole('complementary', { name: 'Narrow down' });
  await expect(facets).toContainText('3 packages found');
  await facets.getByRole('link', { name: /^nlp/ }).click();
  await expect(page).toHaveURL(/topic=nlp/);
  await shows(page, 'ada/bert', 'team/squad');
  await facets.getByRole('link', { name: /^team/ }).click();
  await shows(page, 'team/squad');
  await facets.getByRole('link', { name: /^team/ }).click();
  await shows(page, 'ada/bert', 'team/squad');
});

test('an expression over cards is counted, and one that is none says what is wrong', async ({ page, registry, tolerate }) => {
  tolerate(/422/);
  await library(page, registry);
  await open(page, '/?regex=%5Efills.gaps|fills&regex_in=card');
  await shows(page, 'ada/bert', 'team/squad');
  await expect(page.getByRole('complementary', { name: 'Narrow down' })).toContainText('2 packages found');
  await page.getByRole('textbox', { name: 'Regular expression', exact: true }).fill('(');
  await page.getByRole('button', { name: 'Apply' }).click();
  await expect(page.getByRole('alert')).toContainText('The regular expression was not understood');
  await page.getByRole('list', { name: 'Filters that are set' }).getByRole('link', { name: /Expression/ }).click();
  await shows(page, 'ada/tiny', 'ada/bert', 'team/squad');
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('filters are set and taken away all the same', async ({ page, registry, tolerate }) => {
    tolerate(/was preloaded using link preload but not used/);
    await library(page, registry);
    await page.goto('/');
    await page.getByText('Filters', { exact: true }).click();
    await page.getByRole('textbox', { name: 'Topic', exact: true }).fill('nlp');
    await page.getByRole('textbox', { name: 'Namespace', exact: true }).fill('ada');
    await page.getByRole('button', { name: 'Apply' }).click();
    await shows(page, 'ada/bert');
    await page.getByRole('link', { name: /Namespace: ada/ }).click();
    await shows(page, 'ada/bert', 'team/squad');
  });
});
