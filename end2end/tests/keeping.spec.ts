import { folderOf, smallModel } from '../support/files';
import { expect, open, signIn, test } from '../support/test';

test('a namespace tells what it stores, and gets a quota that refuses more', async ({ page, registry, tolerate }) => {
  tolerate(/422/);
  await registry.cli('import', await folderOf('tiny', smallModel()), '--name', 'ada/tiny');
  await signIn(page, registry.admin);
  await open(page, '/organisations/ada');
  const storage = page.getByRole('region', { name: 'Storage' });
  await expect(storage).toContainText('the same content counted once');
  const quota = storage.getByLabel(/May store/);
  await quota.fill('plenty');
  await storage.getByRole('button', { name: 'Set the quota' }).click();
  await expect(storage.getByRole('alert')).toBeVisible();
  await quota.fill('1 MB');
  await storage.getByRole('button', { name: 'Set the quota' }).click();
  await expect(storage.getByRole('progressbar', { name: /of 1.00 MB stored/ })).toBeVisible();

  const large = await folderOf('large', { 'model.bin': 'x'.repeat(2_000_000) });
  await expect(registry.cli('import', large, '--name', 'ada/large')).rejects.toThrow(/may store 1.00 MB/);
  await quota.fill('');
  await storage.getByRole('button', { name: 'Set the quota' }).click();
  await expect(storage.getByRole('progressbar')).toHaveCount(0);
  await registry.cli('import', large, '--name', 'ada/large');
});

test('who did what is found by person, action and object', async ({ page, registry }) => {
  await registry.cli('import', await folderOf('tiny', smallModel()), '--name', 'ada/tiny');
  await signIn(page, registry.admin);
  await open(page, '/admin/audit');
  const entries = page.getByRole('region', { name: 'Audit entries' });
  await entries.getByRole('link', { name: 'sign_in', exact: true }).first().click();
  await expect(page).toHaveURL(/by=action&value=sign_in/);
  await expect(entries.getByRole('link', { name: registry.admin.name }).first()).toBeVisible();
  await expect(entries).not.toContainText('operator');
  await page.getByLabel('Find by').selectOption('actor');
  await page.getByLabel('Exactly').fill('nobody');
  await page.getByRole('button', { name: 'Find' }).click();
  await expect(page.getByText('Nothing was recorded')).toBeVisible();
});

test('the audit is for administrators', async ({ page, registry, tolerate }) => {
  tolerate(/403/);
  await registry.cli('create-user', 'grace', '--password', 'correct horse');
  await signIn(page, { name: 'grace', password: 'correct horse' });
  await open(page, '/admin/audit');
  await expect(page.getByRole('alert')).toBeVisible();
  await expect(page.getByRole('region', { name: 'Audit entries' })).toHaveCount(0);
});
