import { expect, open, signIn, test } from '../support/test';

test('a token is shown once, works until it is revoked, and not a moment longer', async ({ page, registry, tolerate }) => {
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
  tolerate(/401/);
  expect(await search()).toBe(401);
});

test('a token may do what its permissions say and nothing else', async ({ page, registry }) => {
  await signIn(page, registry.admin);
  await open(page, '/settings/tokens');
  await page.getByLabel('Name', { exact: true }).fill('search only');
  await page.getByRole('checkbox', { name: /^download/ }).uncheck();
  await page.getByRole('button', { name: 'Create the token' }).click();
  const secret = await page.getByLabel('Secret of the new token').inputValue();

  const ask = (path: string) => fetch(`${registry.address}${path}`, { headers: { authorization: `Bearer ${secret}` } });
  expect((await ask('/rpc/search_packages')).status).toBe(200);
  expect((await ask('/rpc/upload_options')).status).toBe(403);
});
