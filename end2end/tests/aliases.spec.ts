import type { Page } from '@playwright/test';
import { folderOf, smallModel } from '../support/files';
import type { Registry } from '../support/registry';
import { elsewhere, expect, open, signIn, test } from '../support/test';

/** `ada/tiny` in two versions; the ids of their revisions. */
async function twoVersions(registry: Registry): Promise<[string, string]> {
  const made = async (version: string, floats: number) => {
    const folder = await folderOf('tiny', smallModel(floats));
    return (await registry.cli('import', folder, '--name', 'ada/tiny', '--version', version)).trim().split('@')[1] ?? '';
  };
  return [await made('1.0.0', 1000), await made('1.1.0', 2000)];
}

/** The part of the page with the aliases. */
const aliases = (page: Page) => page.getByRole('region', { name: 'Aliases' });
/** One of them. */
const alias = (page: Page, name: string) =>
  aliases(page)
    .getByRole('listitem')
    .filter({ has: page.getByRole('heading', { name, exact: true }) });
/** The revision that it points at. */
const points = (page: Page, name: string) => alias(page, name).locator('code').first();

async function make(page: Page, name: string, to: string, reason: string): Promise<void> {
  await aliases(page).getByText('New alias').click();
  await aliases(page).getByRole('textbox', { name: 'Name' }).fill(name);
  await aliases(page).getByRole('combobox', { name: 'Points at' }).fill(to);
  await aliases(page).getByRole('textbox', { name: 'Reason' }).fill(reason);
  await page.getByRole('button', { name: 'Create the alias' }).click();
}

test('an alias is made, moved, rolled back and removed, and its history tells all of it', async ({ page, registry }) => {
  const [first, second] = await twoVersions(registry);
  await signIn(page, registry.admin);
  await open(page, '/ada/tiny/versions');
  await expect(aliases(page)).toContainText('No aliases yet');
  await make(page, 'staging', '1.0.0', 'The first one');
  await expect(points(page, 'staging')).toHaveAttribute('title', first);
  await expect(alias(page, 'staging').getByText('Roll back'), 'there is nothing to roll back to').toHaveCount(0);

  await alias(page, 'staging').getByText('Move').first().click();
  await alias(page, 'staging').getByRole('combobox', { name: 'To' }).fill('1.1.0');
  await alias(page, 'staging').getByRole('textbox', { name: 'Reason' }).fill('Twice as large');
  await page.getByRole('button', { name: 'Move the alias' }).click();
  await expect(points(page, 'staging')).toHaveAttribute('title', second);

  await alias(page, 'staging').getByText('Roll back').first().click();
  await page.getByRole('button', { name: 'Roll the alias back' }).click();
  await expect(points(page, 'staging')).toHaveAttribute('title', first);

  await alias(page, 'staging').getByText('Remove').first().click();
  await page.getByRole('button', { name: 'Remove the alias' }).click();
  await expect(alias(page, 'staging')).toHaveCount(0);

  await open(page, '/ada/tiny/versions?alias=staging');
  const moves = page.getByRole('region', { name: 'Moves' }).getByRole('row');
  await expect(moves).toHaveCount(5);
  await expect(moves.last()).toContainText('The first one');
  await expect(moves.filter({ hasText: 'Twice as large' })).toContainText('ada');
});

test('what an alias was on a day is told by its page, which is an address', async ({ page, registry }) => {
  const [first] = await twoVersions(registry);
  await registry.cli('alias', 'ada/tiny', 'production', '1.0.0');
  await signIn(page, registry.admin);
  await open(page, '/ada/tiny/versions');
  await alias(page, 'production').getByRole('link', { name: 'History of production' }).click();
  const ask = async (day: string) => {
    await page.getByLabel('Where it pointed on').fill(day);
    await page.getByRole('button', { name: 'Show' }).click();
  };
  await ask('2020-03-01');
  await expect(page.getByText(/On 2020-03-01 00:00 UTC there was no alias/)).toBeVisible();
  await ask('2100-03-01');
  await expect(page).toHaveURL(/alias=production&on=2100-03-01/);
  await page.getByRole('link', { name: first.slice(0, 12) }).first().click();
  await expect(page).toHaveURL(new RegExp(`at=${first}`));
});

test('a protected alias is moved by who manages the namespace, until it is not protected', async ({ page, registry }) => {
  const [, second] = await twoVersions(registry);
  await registry.cli('alias', 'ada/tiny', 'production', '1.0.0');
  await registry.cli('create-user', 'grace', '--password', 'correct horse');
  await registry.cli('grant', 'ada', 'grace', 'upload');
  await signIn(page, registry.admin);
  await open(page, '/ada/tiny/versions');
  const grace = await elsewhere(page, { name: 'grace', password: 'correct horse' });
  await open(grace, '/ada/tiny/versions');
  await expect(alias(grace, 'production')).toContainText('protected');
  await expect(alias(grace, 'production').getByText('Move')).toHaveCount(0);

  await alias(page, 'production').getByRole('button', { name: 'Unprotect' }).click();
  await expect(alias(page, 'production').getByRole('button', { name: 'Protect', exact: true })).toBeVisible();
  await open(grace, '/ada/tiny/versions');
  await alias(grace, 'production').getByText('Move').first().click();
  await alias(grace, 'production').getByRole('combobox', { name: 'To' }).fill('1.1.0');
  await grace.getByRole('button', { name: 'Move the alias' }).click();
  await expect(points(grace, 'production')).toHaveAttribute('title', second);
});

test('who decides on an old state is told where the alias is now', async ({ page, registry, tolerate }) => {
  tolerate(/412/);
  const [, second] = await twoVersions(registry);
  await registry.cli('alias', 'ada/tiny', 'staging', '1.0.0');
  await signIn(page, registry.admin);
  await open(page, '/ada/tiny/versions');
  await registry.cli('alias', 'ada/tiny', 'staging', '1.1.0');
  await alias(page, 'staging').getByText('Remove').first().click();
  await page.getByRole('button', { name: 'Remove the alias' }).click();
  await expect(aliases(page).getByRole('alert')).toContainText(second);
  await expect(points(page, 'staging'), 'it is still there').toHaveAttribute('title', second);
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });
  test.beforeEach(({ tolerate }) => tolerate(/was preloaded using link preload but not used/));

  test('an alias is made, and its past is asked for', async ({ page, registry }) => {
    const [first] = await twoVersions(registry);
    await signIn(page, registry.admin);
    await page.goto('/ada/tiny/versions');
    await make(page, 'production', '1.0.0', 'The first one');
    await expect(points(page, 'production')).toHaveAttribute('title', first);
    await alias(page, 'production').getByRole('link', { name: 'History of production' }).click();
    await page.getByLabel('Where it pointed on').fill('2100-03-01');
    await page.getByRole('button', { name: 'Show' }).click();
    await expect(page.getByText(/On 2100-03-01 00:00 UTC production pointed at/)).toBeVisible();
  });
});
