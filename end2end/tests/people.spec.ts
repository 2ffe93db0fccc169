import type { Page } from '@playwright/test';
import { folderOf, smallModel } from '../support/files';
import { elsewhere, expect, open, signIn, test } from '../support/test';
import { UploadPage } from '../support/upload-page';

const grace = { name: 'grace', password: 'correct horse' };

test('who is invited joins, chooses another password, and signs in with it', async ({ page, registry, tolerate }) => {
  tolerate(/404/, /401/);
  await signIn(page, registry.admin);
  await open(page, '/admin/users');
  await page.getByLabel('Whom it is for').fill('for the new colleague');
  await page.getByRole('button', { name: 'Create an invitation' }).click();
  const address = await page.getByRole('textbox', { name: 'the address' }).inputValue();
  expect(address).toMatch(/^http:\/\/[^/]+\/join\?invitation=[\w-]{43}$/);
  await expect(page.getByRole('heading', { name: 'for the new colleague' })).toBeVisible();

  const other = await elsewhere(page);
  await open(other, address);
  await other.getByLabel('User name').fill(grace.name);
  await other.getByLabel('Password').fill(grace.password);
  await other.getByRole('button', { name: 'Create the account' }).click();
  await expect(other.getByRole('banner').getByText(grace.name)).toBeVisible();

  await open(other, '/settings');
  await other.getByLabel('Old password').fill(grace.password);
  await other.getByLabel('New password').fill('battery staple');
  await other.getByRole('button', { name: 'Change the password' }).click();
  await expect(other).toHaveURL(/\/$/);
  const again = await elsewhere(page, { ...grace, password: 'battery staple' });
  await expect(again.getByRole('banner').getByText(grace.name)).toBeVisible();

  // the link has done its work
  const late = await elsewhere(page);
  await open(late, address);
  await late.getByLabel('User name').fill('eve');
  await late.getByLabel('Password').fill('correct horse');
  await late.getByRole('button', { name: 'Create the account' }).click();
  await expect(late.getByRole('alert')).toBeVisible();
});

test('an organisation gets a member, who uploads to it until the right is taken away', async ({ page, registry }) => {
  await registry.cli('create-user', grace.name, '--password', grace.password);
  await signIn(page, registry.admin);
  await open(page, '/admin/users');
  await page.getByRole('region', { name: 'New organisation' }).getByLabel('Name').fill('team');
  await page.getByRole('button', { name: 'Create the organisation' }).click();
  await page.getByRole('button', { name: 'Create an invitation' }).click();
  await expect(page.getByRole('textbox', { name: 'the address' }), 'what else is done there leaves the way to it').toBeVisible();
  await page.getByRole('link', { name: 'add its members' }).click();
  await page.getByLabel('User name').fill(grace.name);
  await page.getByLabel('Right', { exact: true }).selectOption('upload');
  await page.getByRole('button', { name: 'Grant the right' }).click();
  const member = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: grace.name }) });
  await expect(member).toContainText('upload');

  const other = await elsewhere(page, grace);
  const namespaces = async (of: Page) => {
    await open(of, '/upload');
    return of.getByLabel('Namespace').getByRole('option').allInnerTexts();
  };
  expect(await namespaces(other)).toEqual(['grace', 'team']);
  await member.getByText('Remove').first().click();
  await member.getByRole('button', { name: 'Remove the member' }).click();
  await expect(member).toHaveCount(0);
  expect(await namespaces(other)).toEqual(['grace']);
});

test('a package that is uploaded as private is never seen by others, and is opened later', async ({ page, registry, tolerate }) => {
  tolerate(/404/, /401/);
  await registry.cli('create-user', grace.name, '--password', grace.password);
  await signIn(page, registry.admin);
  const upload = new UploadPage(page);
  await upload.open();
  await upload.chooseFolder(await folderOf('tiny', smallModel()));
  await upload.fill({ name: 'tiny', version: '1.0.0' });
  await page.getByLabel('Visibility').selectOption('private');
  await upload.send();
  await upload.arrived('/ada/tiny');
  const about = page.getByRole('region', { name: 'This revision' });
  await expect(about).toContainText('private');

  const other = await elsewhere(page, grace);
  await open(other, '/ada/tiny');
  await expect(other.getByRole('heading', { name: 'Nothing here' })).toBeVisible();
  await open(other, '/?q=tiny');
  await expect(other.getByRole('heading', { name: 'Nothing matches' })).toBeVisible();

  // the form knows what it is now
  await upload.open();
  await upload.chooseFolder(await folderOf('tiny', smallModel()));
  await page.getByLabel('Name', { exact: true }).fill('tiny');
  await expect(page.getByLabel('Visibility')).toBeDisabled();
  await expect(page.getByLabel('Visibility')).toHaveValue('private');

  await open(page, '/ada/tiny');
  await about.getByText('Change the visibility').click();
  await about.getByLabel('Visibility of the package').selectOption('public');
  await about.getByRole('button', { name: 'Change', exact: true }).click();
  await expect(about.locator('.chip').filter({ hasText: 'public' })).toBeVisible();
  const nobody = await elsewhere(page);
  await open(nobody, '/ada/tiny');
  await expect(nobody.getByRole('heading', { name: 'Usage' })).toBeVisible();
});
