import { expect, open, signIn, readingTest as test } from '../support/test';

/** The part of the WASM with the tabs of a package: neither the home page nor a package's first page needs it. */
const TABS = '**/pkg/split_tab.wasm';

test('a page whose part of the WASM is out of reach says so, and “Try again” brings it', async ({ page, library, tolerate }) => {
  tolerate(/Failed to load resource|Failed to fetch/);
  await signIn(page, library.admin);
  await open(page, '/ada/tiny');
  await page.route(TABS, (route) => route.abort());
  await page.getByRole('main').getByRole('link', { name: 'Versions' }).click();
  await expect(page.getByRole('alert')).toContainText('This page could not be loaded');

  await page.unroute(TABS);
  await page.getByRole('link', { name: 'Try again' }).click();
  await expect(page).toHaveURL(/\/ada\/tiny\/versions/);
  await expect(page.getByRole('main')).toContainText('1.1.0');
});

test('a page loads its own part of the WASM only', async ({ page, library }) => {
  await signIn(page, library.admin);
  const loaded: string[] = [];
  page.on('request', (request) => loaded.push(new URL(request.url()).pathname));
  await open(page, '/ada/tiny');
  expect(loaded.filter((path) => path.includes('split_'))).toEqual(['/pkg/split_overview.wasm']);
});
