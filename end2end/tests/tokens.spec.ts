import { folderOf, smallModel } from '../support/files';
import { expect, open, signIn, test } from '../support/test';

test('a token is shown once, works until it is revoked, and not a moment longer', async ({ page, registry }) => {
  await signIn(page, registry.admin);
  await open(page, '/settings/tokens');
  await page.getByLabel('Name', { exact: true }).fill('the build server');
  await expect(page.getByRole('checkbox', { name: /^search/ })).toBeChecked();
  await page.getByRole('button', { name: 'Create the token' }).click();

  const secret = await page.getByLabel('Secret of the new token').inputValue();
  expect(secret).toMatch(/^mr_[\w-]{43}$/);
  const search = async () => {
    const answer = await fetch(`${registry.address}/rpc/search_packages`, { headers: { authorization: `Bearer ${secret}` } });
    return answer.status;
  };
  expect(await search()).toBe(200);

  await open(page, '/settings/tokens');
  const token = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: 'the build server' }) });
  await expect(token).toBeVisible();
  expect(await page.content(), 'the secret is gone for good').not.toContain(secret);

  await token.getByText('Revoke', { exact: false }).first().click();
  await token.getByRole('button', { name: 'Revoke the token' }).click();
  await expect(token).toContainText(/Revoked \d/);
  expect(await search()).toBe(401);
});

test('a token may do what its permissions say and nothing else', async ({ page, registry }) => {
  await registry.cli('import', await folderOf('tiny', smallModel()), '--name', 'ada/tiny', '--version', '1.0.0');
  await signIn(page, registry.admin);
  const make = async (name: string, ...without: RegExp[]) => {
    await open(page, '/settings/tokens');
    await page.getByLabel('Name', { exact: true }).fill(name);
    for (const permission of without) await page.getByRole('checkbox', { name: permission }).uncheck();
    await page.getByRole('button', { name: 'Create the token' }).click();
    return page.getByLabel('Secret of the new token').inputValue();
  };
  const download = async (secret: string) => {
    const file = `${registry.address}/api/v1/models/ada/tiny/resolve/main/config.json`;
    return (await fetch(file, { headers: { authorization: `Bearer ${secret}` } })).status;
  };
  expect(await download(await make('reads files'))).toBe(200);
  expect(await download(await make('searches only', /^download/))).toBe(403);
  expect(await download('mr_'.padEnd(46, 'x'))).toBe(401);
});
