import { PAGES } from '../support/pages';
import { expect, signIn, readingTest as test } from '../support/test';

test.use({ javaScriptEnabled: false });

// what the code needs is announced to the browser, and nothing asks for it
test.beforeEach(({ tolerate }) => tolerate(/was preloaded using link preload but not used/));

test('somebody signs in, searches, and reads a package to the last score', async ({ page, library }) => {
  await signIn(page, library.admin);

  await page.goto('/');
  await page.getByRole('main').getByRole('searchbox').fill('tiny class');
  await page.getByRole('main').getByRole('button', { name: 'Search' }).click();
  await page.getByRole('main').getByRole('link', { name: /ada\s*\/\s*tiny/ }).click();

  await expect(page.getByRole('heading', { name: 'Usage' })).toBeVisible();
  await expect(page.getByText('apache-2.0').first()).toBeVisible();

  const tabs = page.getByRole('navigation', { name: 'Package' });
  await tabs.getByRole('link', { name: 'Files' }).click();
  await expect(page.getByRole('link', { name: /Download\s+model\.safetensors/ })).toBeVisible();
  await page.getByRole('link', { name: 'tokenizer/' }).click();
  await expect(page.getByRole('row', { name: /vocab\.txt/ })).toBeVisible();

  await tabs.getByRole('link', { name: 'Versions' }).click();
  await expect(page.getByRole('row', { name: /1\.0\.0/ })).toBeVisible();
  await expect(page.getByRole('row', { name: /1\.1\.0/ })).toBeVisible();

  await tabs.getByRole('link', { name: 'Scores' }).click();
  await expect(page.getByText(/Apache-2\.0/).first()).toBeVisible();
});

test('a wrong password is refused with the reason', async ({ page, library }) => {
  await page.goto('/sign-in');
  await page.getByLabel('User name').fill(library.admin.name);
  await page.getByLabel('Password').fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toHaveText('The user name or the password is wrong.');
});

test('a search that finds nothing says so', async ({ page, library }) => {
  await signIn(page, library.admin);
  await page.goto('/?q=nothing-is-called-like-this');
  await expect(page.getByRole('heading', { name: 'Nothing matches' })).toBeVisible();
});

for (const [name, address] of Object.entries(PAGES)) {
  test(`${name} has its content in the document that the server sends`, async ({ page, library, tolerate }) => {
    tolerate(/404|422/);
    if (name !== 'sign-in') await signIn(page, library.admin);
    await page.goto(address);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.getByRole('main')).not.toContainText('Loading');
  });
}
